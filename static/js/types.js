// @ts-check
/* The shapes of the data that the scripts of a step hand to each other and to the server. No code stands here. */

/**
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field
 *   The input of one cell; `data-cell` holds the path of the cell, such as "project_name" or "indicators[r1].value".
 *
 * @typedef {Record<string, string>} Cells  Texts of a row by name of column.
 * @typedef {{cells: Cells, after: string, number: number}} RowText  A row as the page shows it, and where it stands.
 *
 * @typedef {{do: "set", path: string, value: string}} SetEdit
 * @typedef {{do: "add", table: string, id: string, after: string | null, cells?: Cells}} AddEdit
 *   `after` is the row above: "" puts it first, null last.
 * @typedef {{do: "delete", table: string, id: string, was?: RowText | null}} DeleteEdit
 *   `was` is not sent: it brings the row back.
 * @typedef {{do: "move", table: string, id: string, after: string}} MoveEdit
 * @typedef {AddEdit | DeleteEdit | MoveEdit} RowEdit
 * @typedef {SetEdit | RowEdit} Edit
 *
 * @typedef {{version: number | null, operation: string, edits: Edit[]}} Batch
 *   One request. `version` is the one that the edits were made on (null: the newest when it is sent); `operation`
 *   names the request, so that one whose answer was lost can be sent again.
 *
 * @typedef {{path: string, code: string, message: string}} Refusal
 *   `code` says what was refused and why: the page branches on it. `message` has the words for the person.
 * @typedef {{path: string, label: string, mine: string, theirs: string, by: string}} AnswerConflict
 * @typedef {{
 *   path: string, label?: string, code: string, severity: string, message: string,
 *   beside?: string, mend?: string, offer?: string, empty?: boolean,
 *   title?: string, remedy?: string, row?: number, group?: string,
 * }} Finding  What a check says of a cell; `mend` is the text that would set it right, `offer` the label of
 *   the button that does; without `mend` the server shows first what else would change.
 * @typedef {{steps: Record<string, number>, said: Finding[], paths?: string[]}} Missing  What every step still lacks.
 *   With `paths` it is what is said at these paths now; at all others the page knows it already.
 * @typedef {{
 *   version: number, at: string, conflicts: AnswerConflict[], refused: Refusal[],
 *   meanwhile?: {path: string, value: string}[], missing?: Missing,
 * }} Answer  What the server says to a request that it could read.
 *
 * @typedef {{path: string, table: string, id: string}} RowAddress
 * @typedef {AnswerConflict & {base: number | null, edit?: Edit, row?: RowAddress, cells?: Cells}} Conflict
 *   Two texts for one cell, or a row that somebody deleted while this page wrote into it (`row`, with its `cells`).
 *   `base` is the version that our edit was made on.
 *
 * @typedef {[string, string[]]} CategoryBranch  A first-level name of the place's tree, and the names below it.
 */

export {};
