private import CFuzzer
import FuzzBodies
import Glibc

if Choice.name == "smoke" {
  smoke()
} else if Choice.body == nil {
  print("FUZZ_BODY is none of: smoke, \(FuzzBody.all.map(\.name).joined(separator: ", "))")
  exit(2)
} else {
  var count = CommandLine.argc
  // SAFETY: a copy of the pointer, whose arguments live as long as the process.
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
  // SAFETY: both outlive the call, which takes them as `main` gives them.
  exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, testOneInput))
}

/// Runs each body for a second on bytes that chance gives, without libFuzzer's guidance.
func smoke() {
  for body in FuzzBody.all where body.name != FuzzBody.canary.name {
    let end = ContinuousClock.now + .seconds(1)
    var state: UInt64 = 1
    var executions = 0
    while ContinuousClock.now < end {
      var bytes: [UInt8] = []
      for _ in 0..<executions % 64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 56))
      }
      run(body, bytes)
      executions += 1
    }
    print("\(body.name): \(executions) executions")
  }
}
