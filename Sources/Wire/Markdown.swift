/// Values as Markdown for people and language models, from which every field can be read back.
///
/// The grammar; blank lines stand between blocks and mean nothing:
///
///     document = "# " plain, block
///     block    = members | list | table | fence | inline | nothing, sections
///     members  = { "- **" key "**: " inline }     a map's scalars; an array's under "[index]"
///     list     = { "- " inline }                  an array of scalars, in order
///     table    = header row, "| --- |…" row, rows an array of maps with the same keys, all scalars
///     fence    = "```text", lines, "```"          a text of several lines
///     sections = { heading path, block }          everything else inside, in order
///     heading  = "##" to "######" " " path        one "#" more for each level, at most six
///     path     = step { "." key | "[" index "]" } from the document's root
///     key      = word | "`" string "`"            word: letters, digits, inner "-" and "_"
///     inline   = number | plain | "`" notation "`"
///     plain    = the text, with "\" before what Markdown or this grammar would read otherwise
///     number   = a JSON number
///     notation = diagnostic notation (RFC 8949 §8), which has JSON in it;
///                "`" and "|" as "\u0060", "\u007c"
///
/// So `12` is a number and `` `"12"` `` a text, `` `null` `` is null and `null` a text. Plain is
/// every text that is not empty, does not read as a number, has no blank at either end and no
/// control character; in tables and lists a line end is `<br>`. Notation is everything else that is
/// not a map with text keys or an array with something in it. A fence has more backticks than any
/// run of them inside.
package enum Markdown {
  /// The document of `value`, as UTF-8.
  package static func render(_ value: WireValue, title: String) -> [UInt8] {
    var writer = MarkdownWriter(title: title)
    writer.block(value, path: [], isInline: true)
    return writer.finish()
  }
}
