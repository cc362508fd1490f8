namespace SemanticStyleGan.Editing;

/// <summary>Which codes of a part.</summary>
public enum PartCode
{
    /// <summary>What gives it its depth map, so its outline.</summary>
    Shape,

    /// <summary>What gives it its colours.</summary>
    Texture,

    /// <summary>Shape and texture.</summary>
    Both,
}
