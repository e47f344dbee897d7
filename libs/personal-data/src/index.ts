export { answerPersonalDataRequests, type AnswerOptions, type PersonalDataAnswers } from './answer.js';
export { exportParts, type ExportPart } from './export-parts.js';
export type { CollectedSlice, Counts, ErasedSlice, Holding, Person, Told } from './holding.js';
export { logHolding, type LogHolding } from './log-holding.js';
export { isPseudonym, personKeys, pseudonymOf } from './person-key.js';
export { rowsHolding, type RowsOfUser } from './rows-holding.js';
export { subjectOf } from './subject.js';
