export const answers: Record<string, unknown> = {
  'GET /api/session': {
    account_id: '000000000000',
    account_name: 'default',
    region: 'us-east-1',
    csrf_token: 'mock',
  },
};
