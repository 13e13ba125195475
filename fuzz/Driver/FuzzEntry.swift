import FuzzBodies
import Glibc

/// Which body runs: libFuzzer takes bare arguments for folders of its corpus, so that the
/// environment says it.
enum Choice {
  static let name = variable("FUZZ_BODY")
  static let body = FuzzBody.all.first { $0.name == name }
  /// Milliseconds of processor time that one input may take; unlimited when nothing says.
  static let timeMax = Int(variable("FUZZ_MILLISECONDS")) ?? .max

  private static func variable(_ name: String) -> String {
    // SAFETY: nothing in this process changes the environment, and the text is copied at once.
    guard let text = unsafe getenv(name) else { return "" }
    return unsafe String(cString: text)
  }
}

/// One execution, as libFuzzer calls it.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer's bytes live as long as the call, and they are copied here.
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let body = Choice.body else { return -1 }
  run(body, bytes)
  return 0
}

/// A property that breaks ends the process, and libFuzzer keeps its input.
func run(_ body: FuzzBody, _ bytes: [UInt8]) {
  let began = milliseconds()
  do throws(BrokenProperty) {
    try body.check(bytes)
  } catch {
    stop("\(body.name): \(error)")
  }
  let time = milliseconds() - began
  if time > Choice.timeMax { stop("\(body.name): \(bytes.count) bytes took \(time) ms") }
}

private func stop(_ reason: String) -> Never {
  print(reason)
  // Null stands for every stream: `abort` would lose what was printed.
  fflush(nil)
  abort()
}

/// Processor time of this thread.
private func milliseconds() -> Int {
  var time = timespec()
  // SAFETY: the clock writes one value.
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
}
