using System.Globalization;

namespace SemanticStyleGan.Data.Import;

/// <summary>Which images of a CelebAMask-HQ folder are meant: <c>all</c>, <c>train</c>, <c>val</c>, or numbers such as <c>0-31</c>.</summary>
/// <param name="Name">As the user gave it.</param>
/// <param name="First">The first image's number.</param>
/// <param name="Last">The last image's number.</param>
public sealed record CelebAMaskHqSplit(string Name, int First, int Last)
{
    /// <summary>How many images the full set has; <c>train</c> and <c>val</c> have a meaning only there.</summary>
    public const int FullCount = 30000;

    private const int TrainCount = 28000;

    /// <summary>Every image there is.</summary>
    public static CelebAMaskHqSplit All { get; } = new("all", 0, int.MaxValue);

    /// <summary>Whether the split refers to the full set's own division.</summary>
    public bool NeedsFullSet => Name is "train" or "val";

    /// <summary>Reads <c>all</c>, <c>train</c> (0–27999), <c>val</c> (28000–29999) or <c>A-B</c> (both included).</summary>
    /// <exception cref="InputException">It is none of them.</exception>
    public static CelebAMaskHqSplit Parse(string text)
    {
        switch (text)
        {
            case "all": return All;
            case "train": return new(text, 0, TrainCount - 1);
            case "val": return new(text, TrainCount, FullCount - 1);
        }
        string[] ends = text.Split('-');
        if (ends.Length == 2 && Number(ends[0]) is { } first && Number(ends[1]) is { } last && first <= last) return new(text, first, last);
        throw new InputException($"split '{text}', expected all, train, val, or the first and last image's number such as 0-31.");
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
