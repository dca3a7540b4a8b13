import KeratinCore

/// Names of layers and models that were given none: the class in snake_case, numbered within the process
/// from the second on (`dense`, `dense_1`, …), as Keras 3 does.
package enum AutomaticName {
    private static let counts = Locked<[String: Int]>([:])

    package static func next(_ className: String) -> String {
        let base = snakeCase(className)
        let count = counts.withLock { counts in
            defer { counts[base, default: 0] += 1 }
            return counts[base, default: 0]
        }
        return count == 0 ? base : "\(base)_\(count)"
    }

    /// Starts numbering anew (Keras's `clear_session`).
    package static func reset() { counts.withLock { $0 = [:] } }

    /// `Conv2D` → `conv2d`, `GlobalMaxPooling2D` → `global_max_pooling2d`, `ReLU` → `re_lu`: an underscore
    /// before a capital that starts a word of lower-case letters, then between a lower-case letter or digit
    /// and a capital that a lower-case word follows.
    package static func snakeCase(_ name: String) -> String {
        let letters = Array(name)
        var result = ""
        for (index, letter) in letters.enumerated() {
            if letter.isUppercase, index > 0 {
                let next = index + 1 < letters.count ? letters[index + 1] : nil
                let previous = letters[index - 1]
                let startsWord = next?.isLowercase ?? false
                if startsWord || (previous.isLowercase) { result += "_" }
            }
            result += letter.lowercased()
        }
        return result
    }
}
