using System.CommandLine;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Networks;
using Spectre.Console;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>info</c>: what a model is.</summary>
internal static class InfoCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();

    public static Command Create() => new Command("info", "Tell what a model is: sizes, parts, origin.") { Model }
        .Runs((parsed, _) => Run(parsed))
        .WithExamples("semantic-stylegan info", "semantic-stylegan info --model runs/faces");

    private static void Run(ParseResult parsed)
    {
        string file = ModelSource.Locate(parsed.GetValue(Model) ?? ModelSource.Default);
        using SemanticModel model = ModelSource.Open(parsed.GetValue(Model), Devices.Chosen(parsed));
        GeneratorConfig c = model.Config;
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        void Row(string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));

        Row("file", $"{file} ({new FileInfo(file).Length / 1e6:0.0} MB)");
        Row("image size", $"{c.ImageSize}×{c.ImageSize}");
        Row("parameters", $"{model.Generator.parameters().Sum(p => p.numel()):N0}");
        Row("parts", $"{c.Parts} ({model.Layout.Name}): {string.Join(", ", model.Layout.Classes.Select(x => x.Transparent ? x.Name + " (transparent)" : x.Name))}");
        Row("latents", $"w [{c.StyleSize}], W+ [{c.LatentSlots}, {c.StyleSize}] ({c.BaseLayers} base slots, shape and texture of each part), per layer [{c.LayerCodes}, {c.StyleSize}]");
        if (c.Architecture == GeneratorArchitecture.MaskStyle)
        {
            Row("architecture", "mask-style: z_m, the first half of w, makes the masks; z_s, the second, the styles");
            Row("mask generator", $"{c.CoarseChannels} channels at 4×4, masks of {c.CoarseSize}×{c.CoarseSize}");
            Row("part synthesis", $"{c.PartChannels(c.MinFeatureSize)} channels at {c.MinFeatureSize}×{c.MinFeatureSize}, {c.PartChannels(c.ImageSize)} channels at the end");
        }
        else
        {
            Row("mapping network", $"{c.MappingLayers} layers");
            Row("local generators", $"{c.LocalLayers} layers of {c.LocalChannels} channels at {c.CoarseSize}×{c.CoarseSize}, depth after {c.DepthLayers}, base code in the first {c.BaseLayers}");
            Row("render net", $"{c.CoarseChannels} channels in, from {c.MinFeatureSize}×{c.MinFeatureSize}, {c.Channels(c.ImageSize)} channels at the end; {(c.ResidualRefinement ? "refines the coarse mask" : "makes a mask of its own")}");
        }
        foreach ((string name, JsonNode? value) in model.Provenance) Row(name, value?.ToString() ?? "");
        AnsiConsole.Write(table);
    }
}
