using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Options that several commands share, and factories for options whose values are checked while parsing.</summary>
internal static class CommonOptions
{
    /// <summary>Global: whether errors come with their stack trace.</summary>
    internal static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show details of errors.", Recursive = true };

    /// <summary><c>--seed</c>, 0 by default.</summary>
    internal static Option<long> Seed() => Integer("--seed", "Seed of everything random; the same seed gives the same result.", 0L, 0L, long.MaxValue);

    /// <summary><c>--out</c> naming a file, required.</summary>
    internal static Option<string> OutFile(string description) => new("--out", "-o") { Description = description, Required = true, HelpName = "FILE" };

    /// <summary><c>--out</c> naming a folder, required.</summary>
    internal static Option<string> OutFolder(string description) => new("--out", "-o") { Description = description, Required = true, HelpName = "DIR" };

    /// <summary><c>--model</c>, the bundled model where it is not given.</summary>
    internal static Option<string?> OptionalModel() =>
        new("--model", "-m") { Description = "Model: a .safetensors or official .pt file, the folder of a run, or a bundled model's name (default: the bundled faces).", HelpName = "MODEL" };

    /// <summary><c>--overwrite</c>: without it an existing output is refused.</summary>
    internal static Option<bool> Overwrite() => new("--overwrite") { Description = "Replace the output if it exists." };

    /// <summary>Refuses an output file that exists, unless <paramref name="overwrite"/>, or can't be written.</summary>
    internal static void RefuseExisting(string file, bool overwrite)
    {
        if (Directory.Exists(file)) throw new InputException($"--out: {file} is a folder, expected the name of a file.");
        if (File.Exists(file) && !overwrite) throw new InputException($"--out: {file} exists; choose another name or add --overwrite.");
        AtomicFile.RequireWritable(file);
    }

    /// <summary>A square image's side in pixels, a power of two as networks need it.</summary>
    internal static Option<int> ImageSize(int standard) => Checked("--size", $"Side of the square images in pixels, a power of two from 8 to 1024.", standard, text =>
        TryParse(text, out int size) && size is >= 8 and <= 1024 && BitOperations.IsPow2(size) ? size : null, "a power of two from 8 to 1024", "PIXELS");

    /// <summary>A whole number within a range.</summary>
    internal static Option<T> Integer<T>(string name, string description, T standard, T least, T most) where T : struct, IBinaryInteger<T> =>
        Checked<T>(name, description, standard, text => TryParse(text, out T value) && value >= least && value <= most ? value : null,
            most < Largest<T>() ? $"a whole number from {least} to {most}" : $"a whole number of at least {least}", "N");

    /// <summary>A finite number within a range.</summary>
    internal static Option<double> Number(string name, string description, double standard, double least, double most) =>
        Checked<double>(name, description, standard, text => TryParse(text, out double value) && value >= least && value <= most ? value : null,
            string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), "X");

    /// <summary>A whole number within a range, or nothing.</summary>
    internal static Option<T?> Optional<T>(string name, string description, T least, T most) where T : struct, IBinaryInteger<T>
    {
        Option<T> inner = Integer(name, description, least, least, most);
        return new Option<T?>(name) { Description = description, HelpName = inner.HelpName, CustomParser = result => inner.CustomParser!(result) };
    }

    /// <summary>A number within a range, or nothing.</summary>
    internal static Option<double?> OptionalNumber(string name, string description, double least, double most)
    {
        Option<double> inner = Number(name, description, least, least, most);
        return new Option<double?>(name) { Description = description, HelpName = inner.HelpName, CustomParser = result => inner.CustomParser!(result) };
    }

    /// <summary>One of some words.</summary>
    internal static Option<string> Choice(string name, string description, string standard, params string[] words)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = string.Join('|', words) };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string value }] && !words.Contains(value))
                result.AddError($"{name}: '{value}', expected {string.Join(" or ", words)}.");
        });
        return option;
    }

    /// <summary>Marks an option as one without a default that must be given.</summary>
    internal static Option<T> AsRequired<T>(this Option<T> option)
    {
        option.DefaultValueFactory = null;
        option.Required = true;
        return option;
    }

    /// <summary>An option whose text is turned into a value, or refused naming what is <paramref name="expected"/>.</summary>
    internal static Option<T> Checked<T>(string name, string description, T standard, Func<string, T?> parse, string expected, string helpName) where T : struct => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => standard,
        CustomParser = (ArgumentResult result) =>
        {
            string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (parse(text) is { } value) return value;
            result.AddError($"{name}: '{text}', expected {expected}.");
            return default;
        },
    };

    private static bool TryParse<T>(string text, out T value) where T : struct, INumber<T>
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool integer = typeof(T) == typeof(int) || typeof(T) == typeof(long);
        return T.TryParse(text, integer ? NumberStyles.AllowLeadingSign : style, CultureInfo.InvariantCulture, out value) && T.IsFinite(value);
    }

    private static T Largest<T>() => typeof(T) == typeof(int) ? (T)(object)int.MaxValue : (T)(object)long.MaxValue;
}
