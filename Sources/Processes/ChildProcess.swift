internal import Synchronization

/// A program that this process has started, and speaks to by its standard input and output.
///
/// It has a process group of its own, and a thread here that carries what goes to and fro. It is
/// ended with everything that it started, and never left as a zombie.
package final class ChildProcess: Sendable {
  /// What is started, and where.
  package struct Command: Hashable, Sendable {
    /// The program, which is looked for as a shell would, and its arguments.
    package let words: [String]
    /// All that the program finds in its environment, as `NAME=value`.
    package let variables: [String]
    /// The folder in which it begins.
    package let folder: String

    package init(words: [String], variables: [String], folder: String) {
      self.words = words
      self.variables = variables
      self.folder = folder
    }
  }

  /// Bytes that may wait for the program to read them; it is given up beyond.
  package static let inputMax = 8 << 20
  /// Bytes of output that wait here; from then on the program has to.
  static let outputMax = 1 << 20
  /// The most bytes of a line of errors; what is longer is cut into several.
  static let errorLineMax = 1_000
  /// Milliseconds for an end by the end of the input, and by a signal that asks for it.
  private static let closingMax: Int64 = 500
  private static let terminatingMax: Int64 = 2_000
  /// Milliseconds between two looks whether it has ended, while it says nothing, and while it ends.
  private static let lookEvery: Int32 = 1_000
  private static let endLookEvery: Int32 = 10
  /// Bytes that are read at once.
  private static let pieceMax = 65_536

  private struct State {
    var input: [UInt8] = []
    var output: [UInt8] = []
    var mustEnd = false
    /// Its output is at its end, or it is gone.
    var isSilent = false
    /// How it ended; nil while it lives.
    var ending: String?
    var reader: CheckedContinuation<Void, Never>?
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let bell: PipeEnd

  /// Starts the program; `complained` hears each line of its errors, on a thread of its own.
  package static func start(
    _ command: Command, complained: @escaping @Sendable (String) -> Void
  ) throws(ProcessRefusal) -> ChildProcess {
    let process = ChildProcess(bell: try ProcessSystem.makeBell())
    let child = try ProcessSystem.spawn(command.words, command.variables, in: command.folder)
    do throws(ProcessRefusal) {
      try ProcessSystem.startThread { process.carry(child, complained) }
    } catch {
      child.input.close()
      _ = process.end(child.number)
      throw error
    }
    return process
  }

  private init(bell: PipeEnd) {
    self.bell = bell
  }

  /// Gives the program bytes to read; false when it is gone, or reads nothing for too long.
  package func write(_ bytes: [UInt8]) -> Bool {
    let isTaken = state.withLock { state in
      guard !state.isSilent, !state.mustEnd, state.input.count + bytes.count <= Self.inputMax
      else { return false }
      state.input += bytes
      return true
    }
    if isTaken { ProcessSystem.ring(bell.number) }
    return isTaken
  }

  /// What the program wrote since the last call; nil at the end of its output, and when the task is
  /// cancelled.
  ///
  /// It has one reader at a time.
  package func next() async -> [UInt8]? {
    while !Task.isCancelled {
      let (piece, isSilent) = state.withLock { state in
        defer { state.output = [] }
        return (state.output, state.isSilent)
      }
      if !piece.isEmpty {
        if piece.count >= Self.outputMax { ProcessSystem.ring(bell.number) }
        return piece
      }
      if isSilent { return nil }
      await waitForOutput()
    }
    return nil
  }

  /// Ends the program and all that it has started, and returns when it is gone; how it ended.
  @discardableResult
  package func stop() async -> String {
    state.withLock { $0.mustEnd = true }
    ProcessSystem.ring(bell.number)
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.ending == nil { state.waiters.append(continuation) }
        return state.ending != nil
      }
      if isOver { continuation.resume() }
    }
    return state.withLock { $0.ending ?? "" }
  }

  private func waitForOutput() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          // Cancellation that came first finds nobody to wake; it is seen here.
          guard state.output.isEmpty, !state.isSilent, !Task.isCancelled else { return false }
          precondition(state.reader == nil, "a process has two readers")
          state.reader = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.reader.take() }?.resume()
    }
  }
}

/// What the thread does.
extension ChildProcess {
  private func carry(_ child: SpawnedChild, _ complained: @escaping @Sendable (String) -> Void) {
    var errors = ErrorLines(lineMax: Self.errorLineMax, tell: complained)
    var room = [UInt8](repeating: 0, count: Self.pieceMax)
    for end in [child.input, child.output, child.errors] { end.unblock() }
    while !state.withLock(\.mustEnd) {
      ProcessSystem.silence(bell.number)
      giveInput(to: child.input)
      takeOutput(of: child.output, &room)
      takeErrors(of: child.errors, &room, &errors)
      guard child.output.isOpen, !ProcessSystem.hasEnded(child.number) else { break }
      rest(child)
    }
    // What a program wrote before it ended is still in the pipe.
    takeOutput(of: child.output, &room)
    takeErrors(of: child.errors, &room, &errors)
    errors.finish()
    fallSilent()
    child.input.close()
    finish(end(child.number))
  }

  /// Waits for something to do; a reader that does not read leaves the program waiting.
  private func rest(_ child: SpawnedChild) {
    let (hasInput, isFull) = state.withLock {
      (!$0.input.isEmpty, $0.output.count >= Self.outputMax)
    }
    ProcessSystem.wait(
      reading: [bell.number, isFull ? -1 : child.output.number, child.errors.number],
      writing: hasInput ? child.input.number : -1, milliseconds: Self.lookEvery)
  }

  /// Gives the program what it takes now; the end is closed when it reads no more.
  private func giveInput(to end: PipeEnd) {
    while end.isOpen {
      let waiting = state.withLock { Array($0.input.prefix(Self.pieceMax)) }
      guard !waiting.isEmpty else { return }
      switch ProcessSystem.write(waiting[...], to: end.number) {
      case .bytes(let count): state.withLock { $0.input.removeFirst(min(count, $0.input.count)) }
      case .wouldBlock: return
      case .over: end.close()
      }
    }
  }

  /// Takes what there is room for; the end is closed behind the last of it.
  private func takeOutput(of end: PipeEnd, _ room: inout [UInt8]) {
    while end.isOpen, state.withLock({ $0.output.count < Self.outputMax }) {
      switch ProcessSystem.read(end.number, into: &room) {
      case .bytes(let count):
        let reader = state.withLock { state in
          state.output += room[..<count]
          return state.reader.take()
        }
        reader?.resume()
      case .wouldBlock: return
      case .over: end.close()
      }
    }
  }

  /// A program that complains without end is heard to the end of a turn only, so that the rest of
  /// what is carried goes on.
  private func takeErrors(of end: PipeEnd, _ room: inout [UInt8], _ lines: inout ErrorLines) {
    guard end.isOpen else { return }
    switch ProcessSystem.read(end.number, into: &room) {
    case .bytes(let count): lines.take(room[..<count])
    case .wouldBlock: return
    case .over: end.close()
    }
  }

  /// Ends the program's whole group; how the program ended.
  private func end(_ child: Int32) -> String {
    if !hasEnded(child, within: Self.closingMax) {
      ProcessSystem.signal(ProcessSystem.terminate, groupOf: child)
      _ = hasEnded(child, within: Self.terminatingMax)
    }
    // While it is not reaped its number, which is the group's, names nobody else.
    ProcessSystem.signal(ProcessSystem.kill, groupOf: child)
    let code = ProcessSystem.reap(child)
    return code < 0 ? "ended by signal \(-code)" : "ended with code \(code)"
  }

  private func hasEnded(_ child: Int32, within milliseconds: Int64) -> Bool {
    let due = ProcessSystem.milliseconds + milliseconds
    while !ProcessSystem.hasEnded(child) {
      guard ProcessSystem.milliseconds < due else { return false }
      ProcessSystem.wait(reading: [], writing: -1, milliseconds: Self.endLookEvery)
    }
    return true
  }

  private func fallSilent() {
    let reader = state.withLock { state in
      state.isSilent = true
      state.input = []
      return state.reader.take()
    }
    reader?.resume()
  }

  private func finish(_ ending: String) {
    let waiters = state.withLock { state in
      state.ending = ending
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}

/// What a program complains of, line by line.
private struct ErrorLines {
  let lineMax: Int
  let tell: @Sendable (String) -> Void
  private var line: [UInt8] = []

  init(lineMax: Int, tell: @escaping @Sendable (String) -> Void) {
    self.lineMax = lineMax
    self.tell = tell
  }

  mutating func take(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || line.count == lineMax { finish() }
      if byte >= UInt8(ascii: " ") { line.append(byte) }
    }
  }

  mutating func finish() {
    if !line.isEmpty { tell(String(decoding: line, as: UTF8.self)) }
    line = []
  }
}
