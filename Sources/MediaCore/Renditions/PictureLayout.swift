/// The sizes of one rendition: how far the source is shrunk, and what is cut out of it or painted around it.
package struct PictureLayout: Hashable, Sendable {
    /// The whole picture, shrunk; never larger than the source.
    package var scaled: PixelSize
    /// What comes out: smaller than ``scaled`` where something is cut, larger where bars are painted.
    package var canvas: PixelSize
}

extension PictureRecipe {
    /// The result's size for a source, upright.
    package func size(of source: PixelSize) -> PixelSize { self.layout(of: source).canvas }

    /// - Parameter source: the upright source; sides of at least 1.
    ///
    /// Nothing is enlarged. Where the source is too small, the box shrinks and keeps its shape, so that a page laid out for the shape
    /// stays as it is.
    package func layout(of source: PixelSize) -> PictureLayout {
        let box = PixelSize(width: self.width ?? source.width, height: self.height ?? source.height)
        switch self.fit {
        case .inside:
            let size = source.scaled(by: min(1, self.horizontal(source), self.vertical(source)))
            return PictureLayout(scaled: size, canvas: size)
        case .contain:
            let size = source.scaled(by: min(1, self.horizontal(source), self.vertical(source)))
            let needed = max(
                Double(size.width) / Double(box.width),
                Double(size.height) / Double(box.height)
            )
            return PictureLayout(scaled: size, canvas: box.scaled(by: needed).atLeast(size))
        case .cover:
            let canvas = box.scaled(by: min(1, 1 / self.horizontal(source), 1 / self.vertical(source)))
            let covering = max(
                Double(canvas.width) / Double(source.width),
                Double(canvas.height) / Double(source.height)
            )
            return PictureLayout(scaled: source.scaled(by: covering).atLeast(canvas), canvas: canvas)
        }
    }

    /// How much narrower the box is; infinite where it leaves the width free.
    private func horizontal(_ source: PixelSize) -> Double {
        self.width.map { Double($0) / Double(source.width) } ?? .infinity
    }

    private func vertical(_ source: PixelSize) -> Double {
        self.height.map { Double($0) / Double(source.height) } ?? .infinity
    }
}

extension PixelSize {
    /// Rounded; at least one pixel a side.
    fileprivate func scaled(by factor: Double) -> PixelSize {
        PixelSize(
            width: max(1, Int((Double(self.width) * factor).rounded())),
            height: max(1, Int((Double(self.height) * factor).rounded()))
        )
    }

    fileprivate func atLeast(_ other: PixelSize) -> PixelSize {
        PixelSize(width: max(self.width, other.width), height: max(self.height, other.height))
    }
}
