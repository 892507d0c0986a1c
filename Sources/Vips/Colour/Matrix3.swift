/// Three by three numbers.
struct Matrix3 {
    private let columns: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

    init(columns first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>) {
        self.columns = (first, second, third)
    }

    init(diagonal values: SIMD3<Double>) {
        self.init(columns: [values.x, 0, 0], [0, values.y, 0], [0, 0, values.z])
    }

    static func * (left: Matrix3, right: SIMD3<Double>) -> SIMD3<Double> {
        left.columns.0 * right.x + left.columns.1 * right.y + left.columns.2 * right.z
    }

    static func * (left: Matrix3, right: Matrix3) -> Matrix3 {
        Matrix3(columns: left * right.columns.0, left * right.columns.1, left * right.columns.2)
    }

    /// Nil where the columns lie in a plane.
    var inverse: Matrix3? {
        let (a, b, c) = self.columns
        func cross(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> SIMD3<Double> {
            SIMD3(
                left.y * right.z - left.z * right.y,
                left.z * right.x - left.x * right.z,
                left.x * right.y - left.y * right.x
            )
        }
        let rows = (cross(b, c), cross(c, a), cross(a, b))
        let determinant = (a * rows.0).sum()
        guard abs(determinant) > 1e-9 else { return nil }
        return Matrix3(
            columns: SIMD3(rows.0.x, rows.1.x, rows.2.x) / determinant,
            SIMD3(rows.0.y, rows.1.y, rows.2.y) / determinant,
            SIMD3(rows.0.z, rows.1.z, rows.2.z) / determinant
        )
    }
}
