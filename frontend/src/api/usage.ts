import { client } from './client';

export interface OperationUsage {
  operation: string;
  calls: number;
  failures: number;
  /** What AWS counts: pictures, minutes, faces kept. */
  units: number;
  aws_price_usd: number;
}

export interface UsageDay {
  /** YYYY-MM-DD, UTC. */
  day: string;
  operations: OperationUsage[];
}

export interface Usage {
  days: UsageDay[];
  total_aws_price_usd: number;
}

export const readUsage = (days: number, signal?: AbortSignal): Promise<Usage> =>
  client.get<Usage>('/api/usage', { query: { days }, ...(signal ? { signal } : {}) });
