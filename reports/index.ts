import type { Assessment } from '../lib/model/run.ts';
import { findingsCsv } from './findings-csv.ts';
import { findingsJson } from './findings-json.ts';
import { reportHtml } from './html/page.ts';

/** A report file of a run: the same assessment always renders to the same text, which is written as UTF-8. */
export type ReportFormat = {
  readonly id: string;
  /** Name inside the run folder. */
  readonly file: string;
  readonly mediaType: string;
  readonly render: (assessment: Assessment) => string;
};

/** Every format that the audit writes; a new one is a file beside this and a line here. */
export const REPORT_FORMATS: readonly ReportFormat[] = [
  { id: 'html', file: 'report.html', mediaType: 'text/html; charset=utf-8', render: reportHtml },
  { id: 'json', file: 'findings.json', mediaType: 'application/json', render: findingsJson },
  {
    id: 'csv',
    file: 'findings.csv',
    mediaType: 'text/csv; charset=utf-8; header=present',
    render: findingsCsv,
  },
];
