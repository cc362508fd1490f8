namespace SemanticStyleGan.Data.Faces;

/// <summary>The colour of the hair of a drawn face.</summary>
public enum HairColor
{
    /// <summary>Black.</summary>
    Black,

    /// <summary>Dark brown.</summary>
    DarkBrown,

    /// <summary>Brown.</summary>
    Brown,

    /// <summary>Auburn.</summary>
    Auburn,

    /// <summary>Ginger.</summary>
    Ginger,

    /// <summary>Dark blond.</summary>
    DarkBlond,

    /// <summary>Blond.</summary>
    Blond,

    /// <summary>Very light blond.</summary>
    Platinum,

    /// <summary>Grey.</summary>
    Grey,

    /// <summary>White.</summary>
    White,

    /// <summary>Dyed pink.</summary>
    Pink,

    /// <summary>Dyed blue.</summary>
    Blue,

    /// <summary>Dyed blue-green.</summary>
    Teal,

    /// <summary>Dyed purple.</summary>
    Purple,
}
