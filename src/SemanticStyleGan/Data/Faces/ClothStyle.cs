namespace SemanticStyleGan.Data.Faces;

/// <summary>What the shoulders of a drawn face wear.</summary>
public enum ClothStyle
{
    /// <summary>A round neckline with a ribbed edge.</summary>
    CrewNeck,

    /// <summary>A pointed neckline.</summary>
    VNeck,

    /// <summary>A wide, deep neckline.</summary>
    ScoopNeck,

    /// <summary>A collar of two points and buttons.</summary>
    Shirt,

    /// <summary>A hood behind the neck and two cords.</summary>
    Hoodie,

    /// <summary>A rolled collar around the neck.</summary>
    Turtleneck,

    /// <summary>Lapels over a light shirt.</summary>
    Blazer,
}
