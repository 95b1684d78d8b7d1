/** Who is signed in. The cookie is the server's; the page knows only the name and the token. */
import { ApiFailure, client } from '../api/client';
import { disconnect } from '../api/events';
import { currentSession, signIn, signOut, type Session } from '../api/session';

class SessionState {
  status = $state<'asking' | 'out' | 'in' | 'unreachable'>('asking');
  current = $state.raw<Session | null>(null);
  /** Said above the form when a session ended by itself. */
  notice = $state('');

  constructor() {
    client.whenSignedOut = () => this.end('Your session has ended. Sign in again to go on.');
  }

  async restore(): Promise<void> {
    this.status = 'asking';
    try {
      this.begin(await currentSession());
    } catch (reason) {
      const refused = reason instanceof ApiFailure && reason.status === 401;
      this.status = refused ? 'out' : 'unreachable';
    }
  }

  async signIn(accessKeyId: string, secretAccessKey: string): Promise<void> {
    this.begin(await signIn(accessKeyId, secretAccessKey));
  }

  async signOut(): Promise<void> {
    try {
      await signOut();
    } finally {
      this.end('');
    }
  }

  private begin(session: Session): void {
    client.csrfToken = session.csrf_token;
    this.current = session;
    this.notice = '';
    this.status = 'in';
  }

  private end(notice: string): void {
    client.csrfToken = '';
    this.current = null;
    this.notice = notice;
    this.status = 'out';
    disconnect();
  }
}

export const session = new SessionState();
