namespace SemanticStyleGan.Data.Faces;

/// <summary>The glasses of a drawn face.</summary>
public enum GlassesStyle
{
    /// <summary>None.</summary>
    None,

    /// <summary>Thin round rims.</summary>
    Round,

    /// <summary>Broad rounded rectangles.</summary>
    Square,

    /// <summary>Rims that rise to the outside.</summary>
    CatEye,

    /// <summary>Rectangles with a rim at the top only.</summary>
    HalfRim,

    /// <summary>Drop-shaped thin metal rims.</summary>
    Aviator,

    /// <summary>Dark lenses that hide the eyes.</summary>
    Sunglasses,
}
