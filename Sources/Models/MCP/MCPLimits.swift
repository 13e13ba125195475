/// How much a server of tools may say (Model Context Protocol, 2025-06-18).
package enum MCPLimits {
  /// Bytes of one message.
  package static let messageBytesMax = 4 << 20
  /// Values in one message.
  static let messageItemsMax = 131_072
  /// Messages in one array, which the revision 2025-03-26 allows.
  static let batchMax = 64
  /// UTF-8 bytes of a tool's description; the rest is cut off.
  package static let descriptionBytesMax = 4 << 10
  /// JSON bytes of the schema of a tool's arguments; a tool with a longer one is left out.
  package static let schemaBytesMax = 16 << 10
  /// Tools of a server; those beyond are left out.
  package static let toolsMax = 128
  /// Pages of a list of tools.
  package static let pagesMax = 32
  /// Bytes of a cursor that is given back.
  static let cursorBytesMax = 4 << 10
  /// UTF-8 bytes of what a call gives; the rest is cut off.
  package static let resultBytesMax = 64 << 10
  /// Scalars of a sentence of the server's that is repeated.
  package static let sentenceMax = 500
  /// Requests that wait for their answers at once.
  package static let requestsMax = 64
}
