/** What the mock answers. Enough to see pages full, empty pages are seen by emptying a list. */

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const job = (id: string, kind: string, state: string, changes: object = {}): object => ({
  job_id: id.repeat(8),
  kind,
  state,
  message: '',
  created_at: ago(3),
  ended_at: null,
  progress: null,
  results: 0,
  attempts: 1,
  ending: false,
  ...changes,
});

const OPERATIONS = [
  'DetectLabels',
  'DetectFaces',
  'SearchFacesByImage',
  'DetectText',
  'IndexFaces',
];

const days = Array.from({ length: 24 }, (_, index) => ({
  day: ago(index * 1440).slice(0, 10),
  operations: OPERATIONS.map((operation, place) => {
    const calls = Math.round((400 * Math.abs(Math.sin(index * 1.7 + place))) / (place + 1));
    const failures = (index + place) % 7 === 0 ? Math.round(calls / 12) : 0;
    return { operation, calls, failures, units: calls - failures, aws_price_usd: calls * 0.001 };
  }),
}));

export const answers: Record<string, unknown> = {
  'GET /api/library/recognise': {
    runs: [
      {
        run_id: '3f0c2c1e',
        state: 'running',
        photos: 1240,
        already: 60,
        done: 412,
        failed: 2,
        faces: 861,
        faces_per_second: 11.7,
        seconds_left: 148,
        suggested: 0,
        unknown: 0,
        named: 0,
        is_estimate: false,
        created_at: ago(2),
        ended_at: null,
      },
    ],
  },
  'GET /api/session': {
    account_id: '000000000000',
    account_name: 'default',
    region: 'us-east-1',
    csrf_token: 'mock',
  },
  'GET /api/operations': [],
  'GET /api/console/samples': { samples: [] },
  'GET /api/usage': {
    days,
    total_aws_price_usd: days
      .flatMap((day) => day.operations)
      .reduce((sum, one) => sum + one.aws_price_usd, 0),
  },
  'GET /api/jobs': {
    jobs: [
      job('8f2a91c0', 'LabelDetection', 'running', { progress: 0.42, results: 1284 }),
      job('17be55d2', 'FaceSearch', 'running', { created_at: ago(1) }),
      job('c09d1e6f', 'SegmentDetection', 'queued', { created_at: ago(0.2) }),
      job('5aa0b3e7', 'TextDetection', 'succeeded', {
        created_at: ago(190),
        ended_at: ago(183),
        results: 912,
        progress: 1,
      }),
      job('e41f7c22', 'ContentModeration', 'failed', {
        created_at: ago(340),
        ended_at: ago(339),
        message: 'The object films/holiday.mkv in bucket archive is no video that can be read.',
      }),
      job('d2c8a011', 'FaceDetection', 'cancelled', { created_at: ago(4000), ended_at: ago(3990) }),
    ],
    next: null,
  },
};
