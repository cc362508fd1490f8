using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SemanticStyleGan;

/// <summary>
/// The classes of a data set and of the models trained on it, in the order of their mask indices; class 0 is the background.
/// </summary>
public sealed class SemanticLayout : IEquatable<SemanticLayout>
{
    /// <summary>A layout of 2 to 255 classes with distinct names.</summary>
    /// <exception cref="InputException">Fewer than two classes, too many, or a name that is empty, repeated or has other characters than letters, digits, '-' and '_'.</exception>
    public SemanticLayout(string name, ImmutableArray<SemanticClass> classes)
    {
        if (classes.Length is < 2 or > 255)
            throw new InputException($"layout '{name}': {classes.Length} classes, expected 2 to 255 (class 0 is the background).");
        foreach (SemanticClass c in classes)
            if (c.Name.Length == 0 || !c.Name.All(x => char.IsLetterOrDigit(x) || x is '-' or '_'))
                throw new InputException($"layout '{name}': class name '{c.Name}', expected letters, digits, '-' and '_'.");
        if (classes.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new InputException($"layout '{name}': the class name '{repeated.Key}' is used {repeated.Count()} times, expected once.");
        Name = name;
        Classes = classes;
    }

    /// <summary>The layout's name, for example <c>celebamask-hq</c>.</summary>
    public string Name { get; }

    /// <summary>The classes by index.</summary>
    public ImmutableArray<SemanticClass> Classes { get; }

    /// <summary>How many classes (parts K, the background included).</summary>
    public int Count => Classes.Length;

    /// <summary>Whether the parts were found without masks, see <see cref="Found"/>: which classes they stand for, if any, is not known.</summary>
    public bool IsFound => Name == FoundName;

    private const string FoundName = "found-parts";

    /// <summary>The indices of the transparent classes, ascending.</summary>
    public ImmutableArray<int> TransparentClasses => [.. Enumerable.Range(0, Count).Where(i => Classes[i].Transparent)];

    /// <summary>The 13 classes of faces that the paper trains CelebAMask-HQ with.</summary>
    public static SemanticLayout Faces { get; } = new("celebamask-hq",
    [
        new("background", 0x000000),
        new("face", 0xEFEA5A, false, ["skin"]),
        new("eye", 0x2C699A, false, ["l_eye", "r_eye"]),
        new("eyebrow", 0x048BA8, false, ["l_brow", "r_brow"]),
        new("mouth", 0x0DB39E, false, ["mouth", "l_lip", "u_lip"]),
        new("nose", 0x83E377, false, ["nose"]),
        new("ear", 0xB9E769, false, ["l_ear", "r_ear"]),
        new("hair", 0x6B89C6, false, ["hair"]),
        new("neck", 0xF1C453, false, ["neck", "neck_l"]),
        new("cloth", 0xF29E4C, false, ["cloth"]),
        new("glasses", 0xEA7247, true, ["eye_g"]),
        new("hat", 0xD75F9B, false, ["hat"]),
        new("earring", 0xCE71C0, true, ["ear_r"]),
    ]);

    /// <summary>A layout for <paramref name="count"/> classes of unknown meaning: <c>background</c>, <c>part1</c>, …</summary>
    public static SemanticLayout Unnamed(int count, IReadOnlyCollection<int> transparent) => new("unnamed",
    [
        .. Enumerable.Range(0, count).Select(i => new SemanticClass(i == 0 ? "background" : $"part{i}", SpreadColor(i), transparent.Contains(i))),
    ]);

    /// <summary>Parts that a model found without masks, by number.</summary>
    public static SemanticLayout Found(int count) => new(FoundName, Unnamed(count, []).Classes);

    /// <summary>The index of the class called <paramref name="name"/>.</summary>
    /// <exception cref="InputException">There is none; the message lists the names there are.</exception>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Count; i++)
            if (string.Equals(Classes[i].Name, name, StringComparison.OrdinalIgnoreCase))
                return i;
        throw new InputException($"unknown part '{name}', expected one of: {string.Join(", ", Classes.Select(c => c.Name))}.");
    }

    /// <summary>The layout as JSON: <c>{"name": …, "classes": [{"name", "color": "#RRGGBB", "transparent", "parts"}, …]}</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["classes"] = new JsonArray([.. Classes.Select(c => (JsonNode)new JsonObject
        {
            ["name"] = c.Name,
            ["color"] = $"#{c.Color:X6}",
            ["transparent"] = c.Transparent,
            ["parts"] = new JsonArray([.. c.SourceParts.Select(p => (JsonNode)p)]),
        })]),
    };

    /// <summary>Reads a JSON file of the form of <see cref="ToJson"/>, such as a user's <c>labels.json</c>.</summary>
    /// <exception cref="InputException">The file can't be read, or is no class layout.</exception>
    public static SemanticLayout Read(string file)
    {
        try
        {
            return FromJson(JsonNode.Parse(File.ReadAllText(file)), file);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: not JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: could not be read: {e.Message}", e);
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> writes; <paramref name="source"/> is named in errors.</summary>
    /// <exception cref="InputException">A member is missing, unknown or of another kind.</exception>
    public static SemanticLayout FromJson(JsonNode? json, string source)
    {
        try
        {
            LayoutJson layout = json.Deserialize<LayoutJson>(StrictJson.Options) ?? throw new InputException($"{source}: no class layout.");
            if (layout.Classes.Contains(null!)) throw new InputException($"{source}: not a class layout: a class is null.");
            return new SemanticLayout(layout.Name, [.. layout.Classes.Select((c, i) => new SemanticClass(
                c.Name, c.Color is null ? SpreadColor(i) : ParseColor(c.Color, source), c.Transparent, [.. c.Parts ?? []]))]);
        }
        catch (JsonException e)
        {
            throw new InputException($"{source}: not a class layout: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public bool Equals(SemanticLayout? other) => other is not null && JsonNode.DeepEquals(ToJson(), other.ToJson());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SemanticLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Count);

    private static int ParseColor(string text, string source) =>
        text.Length == 7 && text[0] == '#' && int.TryParse(text.AsSpan(1), System.Globalization.NumberStyles.HexNumber, null, out int color)
            ? color
            : throw new InputException($"{source}: colour '{text}', expected #RRGGBB.");

    // Hues at multiples of the golden angle: neighbours in index differ clearly.
    private static int SpreadColor(int index)
    {
        if (index == 0) return 0;
        double hue = index * 137.508 % 360 / 60;
        double x = 1 - Math.Abs(hue % 2 - 1);
        (double r, double g, double b) = (int)hue switch { 0 => (1d, x, 0d), 1 => (x, 1, 0), 2 => (0, 1, x), 3 => (0, x, 1), 4 => (x, 0, 1), _ => (1, 0, x) };
        static int Channel(double v) => (int)(60 + 180 * v);
        return Channel(r) << 16 | Channel(g) << 8 | Channel(b);
    }

    private sealed record LayoutJson(string Name, LayoutJson.ClassJson[] Classes)
    {
        internal sealed record ClassJson(string Name, string? Color = null, bool Transparent = false, string[]? Parts = null);
    }
}
