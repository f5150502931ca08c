// @ts-check
/* The dialog that shows what pasting would do. */
import { openDialog } from "./dialog.js";
import { make, makeButton } from "./dom.js";
import { isRefused, isReplaced } from "./paste-plan.js";
import { describeLength } from "./text-limits.js";

/** @import { Column, Plan, PlannedCell } from "./paste-plan.js" */

const MOST_SHOWN = 100;

/** @param {Plan} plan @param {{paste: () => void, pasteWhole: (() => void) | null}} actions */
export function openPastePreview(plan, actions) {
  const closeAnd = (/** @type {() => void} */ act) => () => {
    dialog.close();
    act();
  };
  const cancel = closeAnd(() => {}), dialog = openDialog("粘贴预览", "paste", cancel);
  const scroll = make("div", "scroll"), buttons = make("div", "buttons");
  scroll.tabIndex = 0;
  scroll.append(drawTable(plan));
  const confirm = makeButton("确定粘贴", "primary", closeAnd(actions.paste));
  buttons.append(confirm, makeButton("取消", "quiet", cancel));
  if (actions.pasteWhole) buttons.append(makeButton("作为一段文字填入这一格", "quiet", closeAnd(actions.pasteWhole)));
  dialog.card.append(make("p", "counts", describe(plan)), scroll, buttons);
  confirm.focus();
}

/** @param {Plan} plan */
function describe({ lines, columns, hasHeader, lostColumns }) {
  const replaced = lines.reduce((sum, line) => sum + line.cells.filter(isReplaced).length, 0);
  const added = lines.filter((line) => !line.row).length;
  const said = [`${lines.length} 行 ${columns.length} 列，覆盖 ${replaced} 个已有内容，新增 ${added} 行`];
  if (hasHeader) said.push("第一行是栏目名称，不粘贴");
  if (lostColumns) said.push(`有 ${lostColumns} 列没有对应的栏目，不会粘贴`);
  const refused = lines.reduce((sum, line) => sum + line.cells.filter((cell) => isRefused(cell, columns)).length, 0);
  if (refused) said.push(`其中 ${refused} 格过长（红色），粘贴后留在页面上但不保存，请精简`);
  if (lines.length > MOST_SHOWN) said.push(`下面只列出前 ${MOST_SHOWN} 行`);
  return `${said.join("；")}。`;
}

/** @param {Plan} plan */
function drawTable({ lines, columns }) {
  const table = make("table"), heading = make("tr"), head = make("thead"), body = make("tbody");
  heading.append(make("th", "", "行"), ...columns.map((one) => make("th", "", one.label)));
  lines.slice(0, MOST_SHOWN).forEach((line) => {
    const row = make("tr", line.row ? "" : "added");
    row.append(make("th", "", line.row ? line.row.number : "新增"));
    columns.forEach((column) => row.append(drawCell(column, line.cells.find((cell) => cell.column === column.name))));
    body.append(row);
  });
  head.append(heading);
  table.append(head, body);
  return table;
}

/** @param {Column} column @param {PlannedCell | undefined} cell */
function drawCell(column, cell) {
  if (!cell) return make("td");
  const goes = isReplaced(cell), place = make("td", goes ? "will-change" : "");
  if (goes) place.append(make("del", "", cell.old), make("br"));
  place.append(make(goes ? "ins" : "span", "", cell.text || (goes ? "（清空）" : "")));
  if (isRefused(cell, [column])) {
    place.classList.add("too-long");
    place.append(make("span", "cell-finding error", describeLength(cell.text, column.limit || 0, cell.old).words));
  }
  return place;
}
