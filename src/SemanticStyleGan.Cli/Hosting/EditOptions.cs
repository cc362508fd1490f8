using System.CommandLine;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>The options of the editing commands.</summary>
internal static class EditOptions
{
    /// <summary>An option that names one code.</summary>
    internal static Option<string> Code(string name, string description) =>
        new(name) { Description = $"{description}: {CodeSpec.Description}.", Required = true, HelpName = "CODE" };

    /// <summary>An option that names one code or more.</summary>
    internal static Option<string[]> Codes(string name, string description) =>
        new(name) { Description = $"{description}: {CodeSpec.Description}.", Required = true, HelpName = "CODE…", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };

    /// <summary><c>--parts</c>, required unless there is a standard.</summary>
    internal static Option<string> Parts(string? standard = null)
    {
        Option<string> option = new("--parts", "-p") { Description = "Parts with commas (hair,eye), single slots (hair.shape, base.0), base, or all.", HelpName = "PARTS", Required = standard is null };
        if (standard is not null) option.DefaultValueFactory = _ => standard;
        return option;
    }

    /// <summary><c>--what</c>.</summary>
    internal static Option<string> What() => CommonOptions.Choice("--what", "Which codes of the parts.", "both", "shape", "texture", "both");

    /// <summary><c>--truncation</c> of seeds that don't bring their own.</summary>
    internal static Option<double> Truncation() => CommonOptions.Number("--truncation", "For seeds without their own: 0 (the mean picture) to 1 (all variety).", 0.7, 0, 2);

    /// <summary>The slots that <c>--parts</c> and <c>--what</c> choose.</summary>
    /// <exception cref="InputException">An unknown part or slot.</exception>
    internal static PartSelection Selection(ParseResult parsed, Option<string> parts, Option<string> what, SemanticModel model) =>
        PartSelection.Parse(parsed.GetValue(parts)!, Enum.Parse<PartCode>(parsed.GetValue(what)!, ignoreCase: true), model);

    /// <summary>Opens the model and lets <paramref name="work"/> use it; tensors are freed after it.</summary>
    internal static void WithModel(ParseResult parsed, Option<string?> option, Option<string> folder, Action<Synthesizer, ResultFolder> work)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using SemanticModel model = ModelSource.Open(parsed.GetValue(option), Devices.Chosen(parsed));
        using IDisposable _ = torch.no_grad();
        work(new Synthesizer(model), ResultFolder.Of(parsed, folder, model));
    }
}
