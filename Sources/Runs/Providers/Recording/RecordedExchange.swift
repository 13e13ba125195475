package import Wire

/// One exchange with a provider of models, as it lies in a file.
package struct RecordedExchange: Coded {
  /// What the file is, and in which form.
  package let format: RecordingFormat
  /// SHA-256 of what tells the request from others, in hexadecimal digits.
  package let digest: String
  /// What runs call the provider.
  package let provider: String
  /// When the request was sent; what has `_ms` in its name counts from then.
  package let recordedAt: Timestamp
  package let request: RecordedRequest
  /// Absent where no answer came.
  package let answer: RecordedAnswer?
  package let ending: RecordedEnding
}

/// The forms of such files.
package enum RecordingFormat: String, Coded, CaseIterable {
  case first = "switchyard-exchange-1"
}

/// What a provider was asked.
package struct RecordedRequest: Coded {
  package let dialect: String
  package let method: String
  /// Where it went.
  package let address: String
  /// The headers; `[key]` stands in the place of a key.
  package let headers: [RecordedHeader]
  /// The body, where it is JSON; else its text.
  package let body: WireValue
}

/// A header of a request or an answer.
package struct RecordedHeader: Coded {
  package let name: String
  package let value: String
}

/// What a provider answered.
package struct RecordedAnswer: Coded {
  package let status: Int64
  /// When status and headers were there.
  package let afterMs: Int64
  /// The headers that change what is done: `content-type` and `retry-after`.
  package let headers: [RecordedHeader]
  /// The body as it came.
  package let pieces: [RecordedPiece]
}

/// A piece of a body: text, or bytes where it is none by itself.
package struct RecordedPiece: Coded {
  /// When it came.
  package let atMs: Int64
  package let text: String?
  package let bytes: ByteString?
}

/// How an exchange ended.
package struct RecordedEnding: Coded {
  package let kind: RecordedEndingKind
  package let atMs: Int64
  /// What failed, as the code of a run's error; of failures alone.
  package let code: String?
  /// What failed, in a sentence; of failures alone.
  package let message: String?
}

/// The ways in which an exchange ends.
package enum RecordedEndingKind: String, Coded, CaseIterable {
  /// The answer came to its end.
  case whole
  /// The answer did not come, or not to its end.
  case failed
  /// Nobody wanted more of the answer.
  case closed
}
