using System.Diagnostics.CodeAnalysis;

namespace SemanticStyleGan.Formats;

/// <summary>A Python dict of a pickle, in its order. Keys are text or whole numbers.</summary>
internal sealed class PickleDict
{
    // Made when needed: a pickle can hold a dict in each of its bytes.
    private Dictionary<object, object?>? items;

    /// <summary>Whether it is written as an OrderedDict, as state dicts are.</summary>
    public bool IsOrdered { get; init; }

    public int Count => items?.Count ?? 0;

    public IEnumerable<KeyValuePair<object, object?>> Items => items ?? Enumerable.Empty<KeyValuePair<object, object?>>();

    /// <summary>The items whose keys are text.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Named =>
        Items.Where(i => i.Key is string).Select(i => KeyValuePair.Create((string)i.Key, i.Value));

    public void Set(object? key, object? value)
    {
        // Tuples as keys would be hashed element by element, without end where they hold each other often enough.
        if (key is not (string or long)) throw new FormatException($"a dict's key is {PickleReader.Describe(key)}, expected text or a whole number");
        (items ??= new Dictionary<object, object?>(RandomisedKeys.Instance))[key] = value;
    }

    public bool TryGet(object key, out object? value)
    {
        value = null;
        return items is not null && items.TryGetValue(key, out value);
    }

    public object? Get(string key) => TryGet(key, out object? value) ? value : null;

    /// <summary>Hashes numbers with the process's seed as well, so that no file can choose keys that collide.</summary>
    private sealed class RandomisedKeys : IEqualityComparer<object>
    {
        public static readonly RandomisedKeys Instance = new();

        public new bool Equals(object? x, object? y) => object.Equals(x, y);

        public int GetHashCode([DisallowNull] object key) => key is long number ? HashCode.Combine((int)number, (int)(number >> 32)) : key.GetHashCode();
    }
}

/// <summary>An <c>argparse.Namespace</c>: attributes by name.</summary>
internal sealed class PickleNamespace
{
    public PickleDict Attributes { get; set; } = new();
}

/// <summary>A name of a Python module that is on the list of what may be in a file.</summary>
internal sealed record PickleGlobal(string Name);
