namespace SemanticStyleGan.Data.Faces;

/// <summary>The hat of a drawn face.</summary>
public enum HatStyle
{
    /// <summary>None.</summary>
    None,

    /// <summary>A knitted cap with a folded edge.</summary>
    Beanie,

    /// <summary>A baseball cap.</summary>
    Cap,

    /// <summary>A felt hat with a wide brim and a band.</summary>
    Brimmed,

    /// <summary>A beret worn to one side.</summary>
    Beret,

    /// <summary>A cloth hat with a sloping brim.</summary>
    Bucket,
}
