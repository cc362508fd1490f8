using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Weights of one generator for another of the same sizes whose parts may be others or in another order: parts are matched by name, parts that the
/// source does not have keep what they have, and all that is shared by the parts is taken over. Where the target's images are larger, its last stages of rendering begin as
/// doublings of the source's images and masks.
/// </summary>
public static class PartTransfer
{
    /// <summary>Copies what fits.</summary>
    /// <param name="source">The model to take from; its parts' names are its layout's.</param>
    /// <param name="target">The generator to fill.</param>
    /// <param name="layout">The names of the target's parts.</param>
    /// <returns>The names of the parts that were taken over.</returns>
    /// <exception cref="InputException">The two differ in more than parts and, with local generators, larger images.</exception>
    public static IReadOnlyList<string> Copy(SemanticModel source, CompositionalGenerator target, SemanticLayout layout)
    {
        GeneratorConfig own = source.Config, wanted = target.Config;
        bool grows = wanted.Architecture == GeneratorArchitecture.LocalGenerators && wanted.ImageSize > own.ImageSize;
        if (!(own with { Parts = wanted.Parts, TransparentParts = wanted.TransparentParts, ImageSize = grows ? wanted.ImageSize : own.ImageSize }).Equals(wanted))
            throw new InputException($"the generators' sizes differ ({own.ImageSize}² and {wanted.ImageSize}², styles of {own.StyleSize} and {wanted.StyleSize}, …), expected the same but for the parts and, with local generators, larger images; train with the sizes of the first model.");
        if (wanted.Architecture == GeneratorArchitecture.MaskStyle && !source.Layout.Classes.Select(c => c.Name).SequenceEqual(layout.Classes.Select(c => c.Name)))
            throw new InputException($"the model has other parts ({source.Layout.Name}) than the data ({layout.Name}), expected the same in the same order for architecture mask-style.");
        (int From, int To)[] parts = [.. layout.Classes.Select((c, i) => (Index(source.Layout, c.Name), i)).Where(p => p.Item1 >= 0)];
        using IDisposable _ = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> old = Weights.Of(source.Generator);
        foreach ((string name, Tensor weight) in Weights.Of(target))
        {
            if (!old.TryGetValue(name, out Tensor? given))
            {
                // A stage that the source doesn't have adds nothing at first.
                if (IsHead(name)) weight.zero_();
                continue;
            }
            if (name == "fourier.weight")
            {
                // Larger images have more features: the new ones say nothing at first, the others what they said, whatever their number divides them by.
                weight.zero_().narrow(1, 0, given.shape[1]).copy_(given * Constant(Math.Sqrt((double)weight.shape[1] / given.shape[1])));
                continue;
            }
            if (FirstPart(name) is not { } first)
            {
                weight.copy_(given);
                continue;
            }
            foreach ((int a, int b) in parts)
                if (a >= first && b >= first) weight[b - first].copy_(given[a - first]);
        }
        return [.. parts.Select(p => layout.Classes[p.To].Name)];
    }

    // The part that a stacked tensor begins with (the background has no depth head); null for what all parts share.
    private static int? FirstPart(string name) =>
        name.StartsWith("local.", StringComparison.Ordinal) || name.StartsWith("feature.", StringComparison.Ordinal) ? 0
        : name.StartsWith("depth.", StringComparison.Ordinal) ? 1
        : name.Contains("mask_heads", StringComparison.Ordinal) && IsHead(name) ? 0
        : null;

    private static bool IsHead(string name) => name.Contains("_heads.", StringComparison.Ordinal) && !name.EndsWith(".scale", StringComparison.Ordinal);

    private static int Index(SemanticLayout layout, string name)
    {
        for (int i = 0; i < layout.Count; i++)
            if (string.Equals(layout.Classes[i].Name, name, StringComparison.OrdinalIgnoreCase)) return i;
        return -1;
    }
}
