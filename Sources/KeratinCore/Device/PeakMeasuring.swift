/// A backend that can tell the peak of its device.
package protocol PeakMeasuring {
    /// Floating-point operations per second that independent fused multiply-adds in registers reach now.
    func measurePeak() throws -> Double
}
