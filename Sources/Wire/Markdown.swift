/// Values as Markdown for people and language models, from which every field can be read back.
///
/// The grammar is in `proto-notes/21-markdown.md`; `MarkdownReader` of the fuzzing reads by it.
package enum Markdown {
  /// The document of `value`, as UTF-8.
  package static func render(_ value: WireValue, title: String) -> [UInt8] {
    var writer = MarkdownWriter(title: title)
    writer.block(value, path: [], isInline: true)
    return writer.finish()
  }
}
