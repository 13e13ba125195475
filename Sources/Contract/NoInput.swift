package import Wire

/// The input of a method that asks for nothing.
package struct NoInput: CodedRecord {
  package init() {}

  package static let fields = FieldTable([])

  package static let schema: Schema = .record(
    RecordSchema(name: "NoInput", documentation: "Nothing.", fields: []))

  package func encode<S: Sink & ~Copyable>(into sink: inout S) {
    sink.beginMap(count: 0)
    sink.endMap()
  }
}

/// The answer of a method that has nothing to say but that it was done.
package typealias Done = NoInput

extension NoInput {
  /// Nothing, read: every field is an unknown one.
  package struct Draft: RecordDraft {
    package init() {}

    package mutating func merge<S: Source>(from source: inout S) throws(DecodeError) {
      try source.beginMap()
      while let index = try source.nextField(NoInput.fields, next: 0) {
        preconditionFailure("a table without fields has none at \(index)")
      }
    }

    package consuming func finish(at offset: Int?) throws(DecodeError) -> NoInput { NoInput() }
  }
}
