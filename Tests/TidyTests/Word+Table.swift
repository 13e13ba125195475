extension Word {
  private static let sources = ["Sources/"]
  private static let executable = ["Sources/switchyard/"]
  /// These tests quote what they forbid.
  private static let tidy = ["Tests/TidyTests/"]

  /// Every banned word; a row is added here, never a test.
  static let table = concurrency + errors + time + reach + names + text

  // swift-format-ignore
  private static let concurrency = [
    Word("Task { }", #"(?<!extension )\bTask\s*(?:<[^>\n]*>)?\s*[{(]"#,
      except: ["Sources/Gateway/RequestTask.swift"],
      instead: "a child of a task group, so that a parent awaits it",
      bad: "Task { await serve() }", good: "group.addTask { await serve() }"),
    Word("Task.detached", #"\bTask\s*(?:<[^>\n]*>)?\s*\.\s*(?:detached|immediate|immediateDetached)\b"#,
      except: ["Sources/Gateway/RequestTask.swift"],
      instead: "a child of a task group, so that a parent awaits it",
      bad: "Task.detached { await serve() }", good: "guard !Task.isCancelled else { return }"),
    Word("@unchecked Sendable", #"@unchecked\b"#,
      except: ["Sources/Gateway/EventLoop.swift", "fuzz/Driver/"],
      instead: "a value, an actor, or state behind `Mutex`",
      bad: "final class Box: @unchecked Sendable {}", good: "struct Box: Sendable {}"),
    Word("nonisolated(unsafe)", #"nonisolated\s*\(\s*unsafe\s*\)"#,
      except: ["fuzz/Driver/"],
      instead: "a value, an actor, or state behind `Mutex`",
      bad: "nonisolated(unsafe) var count = 0", good: "nonisolated var count: Int { 0 }"),
    Word("@preconcurrency", #"@preconcurrency\b"#,
      instead: "a type that is `Sendable`, or a wrapper that is",
      bad: "@preconcurrency import Logging", good: "import Logging"),
    Word("DispatchQueue", #"\bDispatch(?:Queue|Group|Semaphore|WorkItem)\b"#,
      over: ["Sources/"],
      instead: "an actor on its own executor",
      bad: "DispatchQueue.global().async {}", good: "let dispatchQueueLimit = 4"),
    Word("AsyncStream without a policy",
      #"\bAsync(?:Throwing)?Stream\s*(?:<[^>\n]*>)?\s*(?:\.\s*makeStream\s*)?\((?![^)]*bufferingPolicy)"#,
      over: ["Sources/"],
      instead: "a position in the event log, or a `bufferingPolicy` with a named limit",
      bad: "let (stream, feed) = AsyncStream.makeStream(of: Int.self)",
      good: "AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingOldest(limits.queueMax))"),
  ]

  // swift-format-ignore
  private static let errors = [
    Word("try!", #"\btry!"#,
      instead: "`try` with a typed error, or `#require` in a test",
      bad: "let row = try! load()", good: "let isNew = try !exists(path)"),
    Word("as!", #"\bas\s*!"#,
      instead: "`as?` with a `guard`, or a type that makes the cast needless",
      bad: "let row = value as! Row", good: "let row = value as? Row"),
    Word("fatalError", #"\bfatalError\s*\("#,
      instead: "a typed error for a peer's mistake, `preconditionFailure(\"why impossible\")` for ours",
      bad: "fatalError(\"no row\")", good: "preconditionFailure(\"a stored stage has a row\")"),
    Word("throws without a type", #"\bthrows\b(?!\s*[(:])"#,
      over: ["Sources/"], except: ["Sources/switchyard/", "Sources/WireGenerator/"],
      instead: "`throws(E)` with a typed enum",
      bad: "func load() throws -> Row", good: "func load() throws(StoreError) -> Row"),
    Word("empty catch", #"\bcatch\s*\{\s*\}"#, in: .text, except: tidy,
      instead: "a `catch` that decides, or that says within its braces why there is nothing to do",
      bad: "do { try load() } catch {}", good: "do { try load() } catch { /* it was not there */ }"),
    Word("print", #"(?<![.\w])(?<!func )(?:print|debugPrint|dump|NSLog)\s*\("#,
      over: ["Sources/"], except: executable + ["Sources/WireGenerator/"],
      instead: "the `Logger` that was passed in",
      bad: "print(\"moved\")", good: "renderer.print(\"moved\")"),
  ]

  // swift-format-ignore
  private static let time = [
    Word("sleep", #"(?<![.\w])(?<!func )(?:u|nano)?sleep\s*\(|\b(?:Task|Thread)\s*\.\s*sleep\b"#,
      instead: "a timer of the event loop; in a test, advance the test's clock",
      bad: "try await Task.sleep(for: .seconds(1))", good: "await clock.advance(by: .seconds(1))"),
    Word("Date()", #"(?<!\w)Date\s*\(\s*\)|\bDate\s*\.\s*now\b"#,
      instead: "the clock that came in through `init`",
      bad: "let now = Date()", good: "let now = clock.now"),
    Word("a clock of the machine", #"\b(?:Continuous|Suspending)Clock\s*(?:\(\s*\))?\s*\.\s*(?:now|sleep)\b"#,
      over: ["Sources/"], except: executable,
      instead: "the clock that came in through `init`",
      bad: "let now = ContinuousClock.now", good: "let now: ContinuousClock.Instant = clock.now"),
    Word("unseeded randomness",
      #"\.random\s*\((?![^\n]*using:)|\.(?:shuffled|shuffle|randomElement)\s*\(\s*\)|\bSystemRandomNumberGenerator\b"#,
      except: executable,
      instead: "the generator that came in through `init`; a test prints its seed",
      bad: "let index = Int.random(in: 0..<9)", good: "let index = Int.random(in: 0..<9, using: &seeded)"),
    // All tests start together and share two cores: a limit is there for what hangs, never for what waits its turn.
    Word("a test's own time limit", #"\btimeLimit\s*\((?!\.minutes\(10\)\))"#,
      over: ["Tests/"],
      instead: "`.timeLimit(.minutes(10))`, as everywhere",
      bad: "@Test(.timeLimit(.minutes(1))) func ends() {}", good: "@Test(.timeLimit(.minutes(10))) func ends() {}"),
    Word("getenv", #"\b(?:secure_getenv|getenv|environ)\b"#,
      over: ["Sources/"], except: ["Sources/switchyard/Configuration", "Sources/switchyard/Environment"],
      instead: "a row in the table of configuration keys",
      bad: "let path = getenv(\"DATA\")", good: "let path = configuration.dataFolder"),
  ]

  // swift-format-ignore
  private static let reach = [
    Word("public", #"(?<![.`])\bpublic\b(?!`)"#,
      instead: "`package` across modules, `private` inside",
      bad: "public struct Row {}", good: "case .public: row"),
    Word("@_ attribute", #"@_(?:spi|exported|cdecl|silgen_name|implementationOnly)\b"#,
      instead: "`package` for reach, `@c` for a C entry point",
      bad: "@_exported import Wire", good: "@c func entry() {}"),
    Word("@inlinable", #"@inlinable\b"#,
      // Where a benchmark shows what another module's specialised copy gains.
      over: ["Sources/"], except: ["Sources/Wire/", "Sources/Store/Database.swift", "Sources/Store/Work.swift"],
      instead: "nothing; it is for the few files where a benchmark shows the gain",
      bad: "@inlinable func step() {}", good: "@inline(__always) func step() {}"),
    Word("@available for old systems", #"@available\s*\((?!\s*\*\s*,)"#,
      instead: "nothing; one system and one toolchain are supported",
      bad: "@available(macOS 14, *) func step() {}", good: "@available(*, unavailable) func step() {}"),
    Word("#if DEBUG", #"#(?:if|elseif)\s+!?\s*DEBUG\b"#,
      instead: "one behaviour in every build; a value passed in where tests differ",
      bad: "#if DEBUG", good: "#if os(Linux)"),
    Word("import XCTest", #"\bimport\s+XCTest\b"#,
      instead: "`import Testing`",
      bad: "import XCTest", good: "import Testing"),
    Word("SQL with a value in its text",
      #"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|ALTER TABLE)\b[^\n]*[\\]#*\("#,
      in: .strings, over: ["Sources/"],
      // The names of all tables, read from the schema and quoted: a name cannot be bound.
      except: ["Sources/Store/DatabaseCopy.swift"],
      instead: "a static literal with bound parameters",
      bad: #"let sql = "SELECT * FROM run WHERE id = \(id)""#,
      good: #"let sql = "SELECT * FROM run WHERE id = ?1""#),
  ]

  private static let short =
    "req|resp|ctx|cfg|conn|mgr|msg|idx|cnt|tmp|buf|ptr|str|num|arr|dict|evt|elem|obj"

  // swift-format-ignore
  private static let names = [
    Word("a name that says nothing",
      #"\b(?:class|struct|enum|actor|protocol|typealias)\s+\w*?(?:Utils?|Utilities|Helpers?|Managers?|Handlers?|Impl|Info|Common)\b"#,
      instead: "the noun of the domain: what it is, not that it helps",
      bad: "struct RunManager {}", good: "struct Runner {}"),
    Word("a type named Data", #"\b(?:class|struct|enum|actor|protocol|typealias)\s+\w*Data\b"#,
      over: ["Sources/"],
      instead: "the noun of the domain: what the bytes are",
      bad: "struct RunData {}", good: "struct RunRecord {}"),
    Word("get in a name", #"\bfunc\s+get[A-Z]\w*"#,
      instead: "the noun alone: `run(id)`",
      bad: "func getRun() {}", good: "func gettingStarted() {}"),
    Word("an abbreviation",
      #"\b(?:let|var|func|case|for)\s+(?:\#(short))\b|\b(?:\#(short))\s*:\s*[A-Z(\[]"#,
      instead: "the whole word",
      bad: "let ctx = make()", good: "let context = make()"),
  ]

  /// Folders that exist where one person works.
  static let machinePath = #"(?<![\w.:})])/(?:work|root|home/\w+|Users)/"#

  // swift-format-ignore
  private static let text = [
    Word("TODO", #"\b(?:TODO|FIXME|XXX|HACK)\b"#, in: .comments,
      instead: "the work itself, or nothing",
      bad: "// TODO: bound this queue", good: "// The queue is bounded by queueMax."),
    Word("a doc comment that says it is one", #"^\s*///\s*This (?:function|method|type|struct|class|enum|property|protocol|initializer)\b"#,
      in: .text, except: tidy,
      instead: "one sentence about what is true",
      bad: "/// This function returns the run.", good: "/// The run, or nil when it was deleted."),
    Word("a path of one machine", machinePath, in: .text,
      except: tidy,
      instead: "a path relative to the repository or made by the test",
      bad: "let path = \"/home/ann/switchyard\"", good: "let path = \"\\(folder)/work/switchyard\""),
    Word("swift-format-ignore-file", #"swift-format-ignore-file"#, in: .comments,
      instead: "`// swift-format-ignore` on the line above one table",
      bad: "// swift-format-ignore-file", good: "// swift-format-ignore"),
  ]
}
