/// Why bytes from a peer are not the value that was asked for, and where.
package struct DecodeError: Error, Hashable, Sendable {
  /// What is wrong; its raw text is the stable `kind` of the wire.
  package let kind: Kind
  /// The offending byte's offset in the body, or nil where there are no bytes (parameters).
  package let offset: Int?
  /// A sentence for people, without the peer's bytes.
  package let message: String
  /// Where in the value: outermost part first.
  package private(set) var path: FieldPath

  package init(_ kind: Kind, at offset: Int?, _ message: String, path: FieldPath = FieldPath()) {
    self.kind = kind
    self.offset = offset
    self.message = message
    self.path = path
  }

  /// The same error seen from the map that holds `field`.
  package consuming func within(field: FieldName) -> DecodeError {
    path.prepend(.field(field.description))
    return self
  }

  /// The same error seen from the array that holds the element.
  package consuming func within(element index: Int) -> DecodeError {
    path.prepend(.element(index))
    return self
  }

  /// The same error in bytes that begin `distance` earlier.
  consuming func shifted(by distance: Int) -> DecodeError {
    DecodeError(kind, at: offset.map { $0 + distance }, message, path: path)
  }

  /// The same error seen from the open map that holds `key`; the path repeats at most `keyMax`
  /// Unicode scalars of it.
  package consuming func within(key: String) -> DecodeError {
    let scalars = key.unicodeScalars
    let end = scalars.index(scalars.startIndex, offsetBy: Self.keyMax, limitedBy: scalars.endIndex)
    let isWhole = end == nil || end == scalars.endIndex
    path.prepend(.field(isWhole ? key : String(scalars.prefix(Self.keyMax)) + "…"))
    return self
  }

  /// How many Unicode scalars of a peer's key a path repeats.
  static let keyMax = 80
}

extension DecodeError {
  /// Every way in which input can be wrong; raw texts are published and never reused.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    // Well-formedness of CBOR, RFC 8949 Appendix F.
    case endInHead = "eof-head"
    case endInString = "eof-string"
    case endInItems = "eof-items"
    case reservedAdditional = "reserved-ai"
    case badSimple = "bad-simple"
    case badChunkType = "bad-chunk-type"
    case nestedIndefiniteChunk = "nested-indef-chunk"
    case strayBreak = "stray-break"
    case breakInDefinite = "break-in-definite"
    case oddMapBreak = "odd-map-break"
    case indefiniteIntegerOrTag = "indef-int-or-tag"
    // Well-formedness of JSON, RFC 8259.
    case endOfInput = "eof"
    case unexpectedByte = "unexpected-byte"
    case badEscape = "bad-escape"
    case loneSurrogate = "lone-surrogate"
    case controlCharacter = "control-character"
    case badNumber = "bad-number"
    // Both.
    case trailingBytes = "trailing"
    case invalidUTF8 = "invalid-utf8"
    case duplicateKey = "duplicate-key"
    case tooDeep = "too-deep"
    case tooCostly = "too-costly"
    // The value against the type that was asked for.
    case wrongType = "wrong-type"
    case unknownField = "unknown-field"
    case missingField = "missing-field"
    case tooShort = "too-short"
    case tooLong = "too-long"
    case outOfRange = "out-of-range"
    case patternMismatch = "pattern"
    case notAChoice = "not-a-choice"
    case badTimestamp = "bad-timestamp"
    case badBytes = "bad-bytes"
  }
}
