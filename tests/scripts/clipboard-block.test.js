/* What Excel, WPS, LibreOffice and web tables put on the clipboard, read and written. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parseClipboard, writeHtml, writeText } from "../../static/js/clipboard-block.js";

const rowsOf = (text, html) => parseClipboard(text, html).rows;

describe("reading text", () => {
  it("leaves an ordinary text alone", () => {
    assert.equal(parseClipboard("≥95%"), null);
    assert.equal(parseClipboard('说"好"'), null);
    assert.equal(parseClipboard(""), null);
  });

  it("reads rows and cells, with the line ends of each system", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      assert.deepEqual(rowsOf(`一\t二${end}三\t四${end}`), [["一", "二"], ["三", "四"]]);
    }
  });

  it("keeps line breaks, tabs and doubled quotes within a quoted cell", () => {
    assert.deepEqual(rowsOf('"第一行\n第二行"\t"左\t右"\t"说""好"""\n'), [["第一行\n第二行", "左\t右", '说"好"']]);
  });

  it("does not end a cell at a doubled quote that a tab or a line break follows", () => {
    assert.deepEqual(rowsOf('"左""\t右"\t1\n"上""\n下"\t2\n'), [['左"\t右', "1"], ['上"\n下', "2"]]);
  });

  it("reads quotes inside that WPS leaves undoubled", () => {
    assert.deepEqual(rowsOf('"建成"智慧"平台\n并运行"\t1\n'), [['建成"智慧"平台\n并运行', "1"]]);
  });

  it("leaves quotes that are the word's own", () => {
    assert.deepEqual(rowsOf('"两癌"\t"四好"农村路\n'), [['"两癌"', '"四好"农村路']]);
  });

  it("keeps full-width signs and digits as they were typed", () => {
    assert.deepEqual(rowsOf("≥９５％\t（１２）\t　全角空格　\n"), [["≥９５％", "（１２）", "　全角空格　"]]);
  });

  it("takes blanks off the edges of a cell, and the end of text of old programs", () => {
    assert.deepEqual(rowsOf(" 一 \t\u00a0二\n\0"), [["一", "二"]]);
  });

  it("reads a vertical tab within a quoted cell as a line break", () => {
    assert.deepEqual(rowsOf('"一\v二"\t三\n'), [["一\n二", "三"]]);
  });

  it("makes a rectangle: short rows are filled up, empty rows at the end go", () => {
    assert.deepEqual(rowsOf("一\t二\t三\n四\n\t\t\n\n"), [["一", "二", "三"], ["四", "", ""]]);
  });

  it("keeps empty rows and cells in between", () => {
    assert.deepEqual(rowsOf("一\t\n\t\n\t二\n"), [["一", ""], ["", ""], ["", "二"]]);
  });

  it("is nothing when every cell is empty", () => {
    assert.equal(parseClipboard("\t\t\n\t\t\n"), null);
  });
});

describe("reading merged cells", () => {
  const merged = '<table><tr><td rowspan="2">产出</td><td>数量</td></tr><tr><td>质量</td></tr></table>';

  it("takes them from HTML of the same shape", () => {
    assert.deepEqual(parseClipboard("产出\t数量\n\t质量\n", merged).merges, [{ row: 0, column: 0, rows: 2, columns: 1 }]);
  });

  it("believes no HTML of another shape, or with text where a merged cell covers", () => {
    assert.deepEqual(parseClipboard("产出\t数量\t1\n\t质量\t2\n", merged).merges, []);
    assert.deepEqual(parseClipboard("产出\t数量\n效益\t质量\n", merged).merges, []);
  });

  it("takes no text from HTML, and runs nothing in it", () => {
    const html = '<!-- <table> --><script>throw 1</script><table><tr><td>别的</td><td>x</td></tr></table>';
    assert.deepEqual(parseClipboard("一\t二\n", html), { rows: [["一", "二"]], merges: [] });
  });

  it("does not take text that runs over its neighbours for a merged cell", () => {
    const html = "<table><tr><td colspan=2 style='mso-ignore:colspan'>长</td></tr></table>";
    assert.deepEqual(parseClipboard("长\t\n", html).merges, []);
  });

  it("is not stalled by a span of billions", () => {
    const html = '<table><tr><td rowspan="999999999">一</td><td>二</td></tr></table>';
    assert.equal(parseClipboard("一\t二\n", html).rows.length, 1);
  });
});

describe("writing", () => {
  const rows = [["第一行\n第二行", '说"好"', "左\t右"], ["≥95%", "", "=1+1"]];

  it("writes what it reads, breaks, tabs and quotes included", () => {
    assert.deepEqual(rowsOf(writeText(rows)), rows);
  });

  it("writes HTML that holds no markup of the texts", () => {
    const html = writeHtml([['<b>&"', "一\n二"]]);
    assert.match(html, />&lt;b&gt;&amp;&quot;<\/td>/);
    assert.match(html, />一<br>二<\/td>/);
  });
});
