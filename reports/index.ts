import type { Assessment } from '../lib/model/run.ts';
import { findingsAsff } from './asff.ts';
import { decryptsCsv } from './decrypts-csv.ts';
import { findingsCsv } from './findings-csv.ts';
import { findingsJson } from './findings-json.ts';
import { reportHtml } from './html/page.ts';
import { findingsOcsf } from './ocsf.ts';
import { assessmentResultsOscal } from './oscal.ts';
import { summaryJson } from './summary-json.ts';

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
  { id: 'ocsf', file: 'findings.ocsf.jsonl', mediaType: 'application/x-ndjson', render: findingsOcsf },
  { id: 'asff', file: 'findings.asff.json', mediaType: 'application/json', render: findingsAsff },
  {
    id: 'oscal',
    file: 'assessment-results.oscal.json',
    mediaType: 'application/json',
    render: assessmentResultsOscal,
  },
  {
    id: 'decrypts',
    file: 'decrypts.csv',
    mediaType: 'text/csv; charset=utf-8; header=present',
    render: decryptsCsv,
  },
  { id: 'summary', file: 'summary.json', mediaType: 'application/json', render: summaryJson },
];
