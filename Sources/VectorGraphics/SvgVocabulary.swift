/// What of SVG draws and does nothing else. Everything that is not listed is left out.
///
/// Source: https://www.w3.org/TR/SVG2/eltindex.html, https://www.w3.org/TR/SVG2/attindex.html,
/// https://www.w3.org/TR/SVG2/propidx.html, https://www.w3.org/TR/filter-effects-1/
enum SvgVocabulary {
    static let namespace = "http://www.w3.org/2000/svg"
    static let linkNamespace = "http://www.w3.org/1999/xlink"
    static let xmlNamespace = "http://www.w3.org/XML/1998/namespace"

    /// Not here, on purpose: `script`, `foreignObject`, `metadata`; animation elements, which can set any attribute;
    /// `feImage`, `cursor`, and fonts, which load; `a` becomes `g`.
    static let elements = Self.words(
        """
        svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc style image switch
        linearGradient radialGradient stop clipPath mask pattern marker filter
        feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
        feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
        fePointLight feSpecularLighting feSpotLight feTile feTurbulence
        """
    )

    /// Where text is more than white space between elements.
    static let elementsWithText = Self.words("text tspan textPath title desc style")

    /// What is filled and stroked: itself, or the copy that it makes.
    static let paintedElements = Self.words("path rect circle ellipse line polyline polygon text tspan textPath use")

    /// Without a namespace.
    static let attributes = Self.words(
        """
        id class lang style type media systemLanguage
        x y width height cx cy r rx ry x1 y1 x2 y2 points d pathLength viewBox preserveAspectRatio version transform
        dx dy rotate textLength lengthAdjust startOffset method spacing side
        gradientUnits gradientTransform spreadMethod fx fy fr offset
        patternUnits patternContentUnits patternTransform maskUnits maskContentUnits clipPathUnits
        markerUnits markerWidth markerHeight orient refX refY
        filterUnits primitiveUnits in in2 result values mode operator k1 k2 k3 k4 stdDeviation edgeMode order kernelMatrix
        divisor bias targetX targetY kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant
        specularExponent limitingConeAngle azimuth elevation z pointsAtX pointsAtY pointsAtZ baseFrequency numOctaves seed
        stitchTiles scale xChannelSelector yChannelSelector radius tableValues slope intercept amplitude exponent
        alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation color-interpolation-filters
        color-rendering direction display dominant-baseline enable-background fill fill-opacity fill-rule filter flood-color
        flood-opacity font font-family font-size font-size-adjust font-stretch font-style font-variant font-weight
        glyph-orientation-horizontal glyph-orientation-vertical image-rendering isolation kerning letter-spacing
        lighting-color marker marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity overflow paint-order
        shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
        stroke-miterlimit stroke-opacity stroke-width text-align text-anchor text-decoration text-rendering transform-origin
        unicode-bidi vector-effect visibility white-space word-spacing writing-mode
        """
    )

    /// What an `image` may hold: a picture in the file itself.
    static let embeddedPictures = ["data:image/png;", "data:image/jpeg;", "data:image/webp;", "data:image/gif;"]

    private static func words(_ text: String) -> Set<String> {
        Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
    }
}
