import { client } from './client';

export interface Session {
  account_id: string;
  account_name: string;
  region: string;
  csrf_token: string;
}

export const signIn = (accessKeyId: string, secretAccessKey: string): Promise<Session> =>
  client.post<Session>('/api/session', {
    body: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
  });

export const currentSession = (): Promise<Session> => client.get<Session>('/api/session');

export const signOut = (): Promise<unknown> => client.delete('/api/session');
