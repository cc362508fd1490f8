namespace SemanticStyleGan.Data.Faces;

/// <summary>The earrings of a drawn face.</summary>
public enum EarringStyle
{
    /// <summary>None.</summary>
    None,

    /// <summary>A small ball or stone on the lobe.</summary>
    Stud,

    /// <summary>A ring.</summary>
    Hoop,

    /// <summary>A pendant.</summary>
    Drop,
}
