extension PhysicalKeyLabel {
  /// labels/physical-key.svg, so that a station needs no checkout; a test compares the two.
  static let template = LabelTemplate(
    text: """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- The label of a physical key, 50 x 25 mm; a unit of the drawing is a millimetre. Fields stand in double braces; they
           are escaped where they are filled in, and cut to what fits. `symbol` is the Data Matrix of the key's token, an
           outline of `symbol-size` squares a side: 24 of them are 12 mm, so that each is four dots of a 203 dpi printer. -->
      <svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="25mm" viewBox="0 0 50 25">
        <rect width="50" height="25" fill="white"/>
        <clipPath id="words"><rect x="2" y="0" width="32.5" height="18.5"/></clipPath>
        <clipPath id="foot"><rect x="2" y="18.5" width="46" height="6.5"/></clipPath>
        <g font-family="DejaVu Sans, sans-serif" fill="black">
          <g clip-path="url(#words)">
            <text x="2" y="4.4" font-size="2">KEY</text>
            <text x="2" y="10.8" font-size="6.4" font-weight="bold">{{number}}</text>
            <text x="2" y="14.4" font-size="2.2">{{user}}</text>
            <text x="2" y="17.6" font-size="2.2">{{organisation}}</text>
          </g>
          <g clip-path="url(#foot)">
            <text x="2" y="20.8" font-size="2">{{note}}</text>
            <text x="2" y="23.6" font-size="1.5">{{station}}  {{token}}</text>
          </g>
        </g>
        <svg x="35.5" y="3" width="12" height="12" viewBox="0 0 {{symbol-size}} {{symbol-size}}">
          <path shape-rendering="crispEdges" fill="black" d="{{symbol}}"/>
        </svg>
      </svg>

      """)
}
