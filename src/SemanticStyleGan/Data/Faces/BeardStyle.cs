namespace SemanticStyleGan.Data.Faces;

/// <summary>The beard of a drawn face; its pixels are of the class face.</summary>
public enum BeardStyle
{
    /// <summary>None.</summary>
    None,

    /// <summary>A shadow of a few days.</summary>
    Stubble,

    /// <summary>Upper lip only.</summary>
    Moustache,

    /// <summary>Around mouth and chin.</summary>
    Goatee,

    /// <summary>Jaw, chin and upper lip.</summary>
    Full,
}
