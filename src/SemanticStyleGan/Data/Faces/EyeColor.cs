namespace SemanticStyleGan.Data.Faces;

/// <summary>The colour of the irises of a drawn face.</summary>
public enum EyeColor
{
    /// <summary>Dark brown.</summary>
    DarkBrown,

    /// <summary>Brown.</summary>
    Brown,

    /// <summary>Between brown and green.</summary>
    Hazel,

    /// <summary>Green.</summary>
    Green,

    /// <summary>Blue.</summary>
    Blue,

    /// <summary>Grey.</summary>
    Grey,
}
