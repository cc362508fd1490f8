using System.Globalization;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Synthesis;

/// <summary>How a user names a code: <c>seed:3</c>, <c>seed:3@0.7</c> (with its own truncation), <c>file.npy</c> or <c>file.npy:5</c> (a row of w or W+ codes).</summary>
public static class CodeSpec
{
    /// <summary>The forms, for help texts.</summary>
    public const string Description = "seed:N, seed:N@TRUNCATION, FILE.npy or FILE.npy:ROW";

    /// <summary>The W+ code <c>[1, base + 2K, D]</c> that <paramref name="spec"/> names.</summary>
    /// <param name="spec">One of the forms of <see cref="Description"/>.</param>
    /// <param name="synthesizer">Makes codes of seeds; its model says what fits.</param>
    /// <param name="truncation">For seeds that don't bring their own.</param>
    /// <exception cref="InputException">Another form, a file that can't be used, or a row that it doesn't have.</exception>
    public static Tensor Resolve(string spec, Synthesizer synthesizer, double truncation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor code = spec.StartsWith("seed:", StringComparison.Ordinal) ? Seed(spec, synthesizer, truncation) : Row(spec, synthesizer);
        return code.MoveToOuterDisposeScope();
    }

    /// <summary>The W+ codes <c>[N, base + 2K, D]</c> of several specs.</summary>
    /// <exception cref="InputException">One can't be used.</exception>
    public static Tensor Resolve(IReadOnlyList<string> specs, Synthesizer synthesizer, double truncation)
    {
        using DisposeScope scope = NewDisposeScope();
        return cat([.. specs.Select(spec => Resolve(spec, synthesizer, truncation))]).MoveToOuterDisposeScope();
    }

    private static Tensor Seed(string spec, Synthesizer synthesizer, double truncation)
    {
        string[] words = spec["seed:".Length..].Split('@');
        if (words.Length > 2 || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long seed)
            || words.Length == 2 && !(double.TryParse(words[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out truncation) && truncation <= 2))
            throw new InputException($"code '{spec}', expected {Description} (N from 0, TRUNCATION from 0 to 2).");
        return synthesizer.Model.Generator.Latents.Broadcast(synthesizer.Codes(seed, 1, truncation)).contiguous();
    }

    private static Tensor Row(string spec, Synthesizer synthesizer)
    {
        (string file, long? row) = Split(spec);
        if (Path.GetExtension(file).ToLowerInvariant() is not (".npy" or ".npz")) throw new InputException($"code '{spec}', expected {Description}.");
        (int slots, int size) = (synthesizer.Model.Config.LatentSlots, synthesizer.Model.Config.StyleSize);
        Tensor codes = Npy.Read(file).to(ScalarType.Float32).to(synthesizer.Model.Generator.Device);
        bool isW = codes.ndim == 2 && codes.shape[1] == size;
        if (!isW && !(codes.ndim == 3 && codes.shape[1] == slots && codes.shape[2] == size))
            throw new InputException($"{file}: codes of shape [{string.Join(", ", codes.shape)}], expected [N, {size}] (w) or [N, {slots}, {size}] (W+) for this model.");
        long rows = codes.shape[0];
        if (row is null && rows != 1) throw new InputException($"{file}: has {rows} codes; name one as {file}:ROW, ROW from 0 to {rows - 1}.");
        if (row >= rows) throw new InputException($"{spec}: row {row}, expected 0 to {rows - 1}.");
        if (!codes.isfinite().all().item<bool>()) throw new InputException($"{file}: has values that are not finite.");
        Tensor code = codes.narrow(0, row ?? 0, 1);
        return isW ? synthesizer.Model.Generator.Latents.Broadcast(code).contiguous() : code.contiguous();
    }

    // Only digits after the last colon are a row: drive letters and names may have colons.
    private static (string File, long? Row) Split(string spec)
    {
        int colon = spec.LastIndexOf(':');
        return colon > 0 && long.TryParse(spec.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long row)
            ? (spec[..colon], row)
            : (spec, null);
    }
}
