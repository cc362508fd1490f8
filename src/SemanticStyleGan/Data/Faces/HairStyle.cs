namespace SemanticStyleGan.Data.Faces;

/// <summary>How the hair of a drawn face is cut and worn.</summary>
public enum HairStyle
{
    /// <summary>No hair.</summary>
    Bald,

    /// <summary>Short hair at the sides only.</summary>
    Receding,

    /// <summary>A few millimetres all over.</summary>
    Buzz,

    /// <summary>Short, with a jagged fringe.</summary>
    Crop,

    /// <summary>Short, combed to one side.</summary>
    SidePart,

    /// <summary>Short sides, swept up above the forehead.</summary>
    Quiff,

    /// <summary>Short, with a swept fringe and pointed sides.</summary>
    Pixie,

    /// <summary>To the jaw, parted.</summary>
    Bob,

    /// <summary>To the jaw, with a straight fringe.</summary>
    BobFringe,

    /// <summary>Over the shoulders, parted in the middle.</summary>
    LongStraight,

    /// <summary>Over the shoulders in waves, parted at the side.</summary>
    LongWavy,

    /// <summary>Over the shoulders, with a straight fringe.</summary>
    LongFringe,

    /// <summary>Pulled back into a bun on the top.</summary>
    Bun,

    /// <summary>Pulled back into a tail that falls over one shoulder.</summary>
    Ponytail,

    /// <summary>Two braids over the shoulders.</summary>
    Braids,

    /// <summary>A round cloud of tight curls.</summary>
    Afro,

    /// <summary>Loose curls to the jaw or the shoulders.</summary>
    Curly,

    /// <summary>Shaved sides and curls on the top.</summary>
    CurlyTop,
}
