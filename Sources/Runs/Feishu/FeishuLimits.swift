/// The limits of what is read of Feishu.
enum FeishuLimits {
  /// Entries of each list of a connector.
  static let tokensMax = 200
  /// Jobs that are done at once.
  static let workers = 2
  /// How long one job may take.
  static let jobMax = Duration.seconds(1800)
  /// How long a caller may wait for a job.
  static let waitMax = Duration.seconds(60)
  /// Connectors that are found due in one transaction.
  static let dueMax = 100
  /// Sources in a row that could not be reached, after which the job gives up.
  static let unreachableMax = 5
  /// Bytes of one answer of Feishu.
  static let answerBytesMax = 8 << 20
  /// Values in one answer of Feishu.
  static let answerItemsMax = 1 << 20
  /// How long one request may take, and connecting within that.
  static let requestMax = Duration.seconds(20)
  static let connectMax = Duration.seconds(5)
  /// Pages of one list, and bytes of all of them.
  static let pagesMax = 200
  static let listBytesMax = 32 << 20
  /// Blocks of one document, and entries of one folder.
  static let blocksMax = 50_000
  static let entriesMax = 5000
  /// Tables of one base, and fields of one table.
  static let tablesMax = 200
  static let fieldsMax = 1000
  /// UTF-8 bytes of the text of one source.
  static let textBytesMax = 4 << 20
}
