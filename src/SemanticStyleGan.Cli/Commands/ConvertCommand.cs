using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>convert</c>: models and training checkpoints between the authors' <c>.pt</c> and this program's files.</summary>
internal static class ConvertCommand
{
    private const string Notes = """
        What becomes what:
          x.pt -> model.safetensors   the averaged generator as a model (the generator where there is no average)
          x.pt -> FOLDER              a run to continue: networks, average, moments of the optimisers
          model.safetensors -> x.pt   'g_ema' and 'args'
          FOLDER of a run -> x.pt     its newest checkpoint: 'g', 'd', 'g_ema', 'g_optim', 'd_optim', 'args'
          x.pt -> y.pt                written anew in the zip format; model -> model, for example with --half
        Nothing in a .pt file is executed. A .pt file's name is taken as its iteration (000003.pt).
        """;

    private static readonly Option<string> From = new("--from") { Description = "A .pt checkpoint, a model, a training checkpoint, or the folder of a run.", Required = true, HelpName = "FROM" };
    private static readonly Option<string> To = new("--to") { Description = "A .safetensors or .pt file, or a new folder for a run.", Required = true, HelpName = "TO" };
    private static readonly Option<bool> Half = new("--half") { Description = "Store a model's weights as float16: half the size, 11 bits of each number." };
    private static readonly Option<string?> MeanWith = new("--mean-with") { Description = "Of a model: take the mean of its weights and those of MODEL, another time of the same run.", HelpName = "MODEL" };
    private static readonly Option<double?> Truncation = CommonOptions.OptionalNumber("--truncation", "Of a model: make this truncation part of the weights, so that what 'generate --truncation X' drew comes without; above 1 the parts vary more than the model was trained to draw.", 0.01, 2);
    private static readonly Option<string> Parts = PartsToTruncate();
    private static readonly Option<bool> Discriminator = new("--discriminator") { Description = "Of a run: write the discriminator, and the projected one and the encoder where it has them, instead of the model; as discriminator.safetensors beside a model, 'train --from' and 'adapt' begin with it." };
    private static readonly Option<string?> Classes = new("--classes") { Description = "Names and colours of the parts, which .pt files lack (as for 'dataset import folder').", HelpName = "labels.json" };
    private static readonly Option<int?> Batch = new("--batch") { Description = "Images in a step of the run (default: the checkpoint's option 'batch', or 32).", HelpName = "N" };
    private static readonly Option<bool> Overwrite = CommonOptions.Overwrite();

    public static Command Create() => new Command("convert", "Convert models and checkpoints from and to the authors' .pt files.") { From, To, Half, MeanWith, Truncation, Parts, Discriminator, Classes, Batch, Overwrite }
        .Runs((parsed, _) => Run(parsed)).WithNotes(Notes).WithExamples(
            "semantic-stylegan convert --from CelebAMask-HQ-512x512.pt --to faces512.safetensors --half",
            "semantic-stylegan convert --from 000003.pt --to runs/continued --batch 4",
            "semantic-stylegan convert --from runs/faces --to faces.pt");

    private static Option<string> PartsToTruncate()
    {
        Option<string> option = EditOptions.Parts("all");
        option.Description = $"Whose codes --truncation moves. {option.Description}";
        return option;
    }

    private static void Run(ParseResult parsed)
    {
        (string from, string to) = (parsed.GetValue(From)!, parsed.GetValue(To)!);
        if (parsed.GetValue(Batch) is < 1 or > 4096) throw new InputException($"--batch: {parsed.GetValue(Batch)}, expected 1 to 4096.");
        if (parsed.GetValue(Truncation) is null && parsed.GetResult(Parts) is { Implicit: false }) throw new InputException("--parts: says where --truncation counts, which is not given.");
        using DisposeScope scope = torch.NewDisposeScope();
        string kind = Path.GetExtension(to).ToLowerInvariant();
        if (kind is ".pt" or ".safetensors")
        {
            if (Directory.Exists(to)) throw new InputException($"--to: {to} is a folder, expected the name of a file.");
            if (File.Exists(to) && !parsed.GetValue(Overwrite)) throw new InputException($"--to: {to} exists; choose another name or add --overwrite.");
        }
        string what = kind switch
        {
            _ when (kind != ".safetensors" || parsed.GetValue(Discriminator)) && (parsed.GetValue(MeanWith) is not null || parsed.GetValue(Truncation) is not null) => throw new InputException("--mean-with and --truncation are for models; expected --to with the name of a .safetensors file and no --discriminator."),
            ".safetensors" when parsed.GetValue(Discriminator) => ToDiscriminator(parsed, from, to),
            _ when parsed.GetValue(Discriminator) => throw new InputException($"--to: {to}, expected a .safetensors file for a discriminator."),
            ".safetensors" => ToModel(parsed, from, to),
            ".pt" => ToOfficial(from, to),
            "" => ToRun(parsed, from, to),
            _ => throw new InputException($"--to: {to}, expected a .safetensors file, a .pt file, or the name of a folder without dot."),
        };
        Console.WriteLine(File.Exists(to) ? $"{to}: {what}, {new FileInfo(to).Length / 1e6:0.0} MB" : $"{to}: {what}");
    }

    private static string ToModel(ParseResult parsed, string from, string to)
    {
        using SemanticModel model = ModelSource.Open(from, torch.CPU);
        SemanticLayout layout = ReadLayout(parsed) ?? model.Layout;
        // The models below borrow the generator of the one that was read.
        SemanticModel source = model;
        if (parsed.GetValue(MeanWith) is { } path)
        {
            using SemanticModel other = ModelSource.Open(path, torch.CPU);
            source = model.MeanWith(other);
        }
        if (parsed.GetValue(Truncation) is { } truncation) source.FoldTruncation(truncation, PartSelection.Parse(parsed.GetValue(Parts)!, PartCode.Both, model).Slots);
        new SemanticModel(model.Generator, layout, source.MeanLatent, (JsonObject)source.Provenance.DeepClone()).Save(to, parsed.GetValue(Half));
        return $"model of {model.Config.ImageSize}×{model.Config.ImageSize} images with {layout.Count} parts ({layout.Name})";
    }

    private static string ToDiscriminator(ParseResult parsed, string from, string to)
    {
        string path = NewestCheckpoint(from) ?? throw new InputException($"--from: {from}, expected a run's folder or a training checkpoint, which alone have a discriminator.");
        return $"discriminator after {TrainingState.ExtractDiscriminator(path, to, parsed.GetValue(Half)):N0} images";
    }

    private static string ToOfficial(string from, string to)
    {
        if (IsOfficial(from))
        {
            using PyTorchCheckpoint checkpoint = PyTorchCheckpoint.Read(from);
            checkpoint.Write(to);
            return "the same members";
        }
        if (NewestCheckpoint(from) is { } path)
        {
            using TrainingState state = TrainingState.Open(path, torch.CPU);
            OfficialCheckpoint.Save(state, to);
            return $"training checkpoint after {state.ImagesSeen:N0} images ({state.Iteration:N0} iterations)";
        }
        using SemanticModel model = ModelSource.Open(from, torch.CPU);
        OfficialModel.Save(model, to);
        return "'g_ema' and 'args'";
    }

    private static string ToRun(ParseResult parsed, string from, string to)
    {
        if (!IsOfficial(from)) throw new InputException($"--from: {from}, expected a .pt checkpoint to make a run's folder of.");
        if (parsed.GetValue(Half)) throw new InputException("--half is for models; a run keeps float32.");
        using TrainingState state = OfficialCheckpoint.Load(from, parsed.GetValue(Batch), ReadLayout(parsed), torch.CPU);
        using RunFolder folder = new(to);
        if (File.Exists(folder.ConfigFile)) throw new InputException($"--to: {to} holds a run already; choose another folder.");
        state.Save(folder.Checkpoint(state.ImagesSeen));
        new SemanticModel(state.Average, state.Layout, provenance: new JsonObject { ["source"] = Path.GetFileName(from), ["imagesSeen"] = state.ImagesSeen }).Save(folder.ModelFile);
        folder.AgreeOn(state.Config);
        return $"run after {state.ImagesSeen:N0} images; continue it with: semantic-stylegan train --config {folder.ConfigFile} --out {to} --data DATA --images N";
    }

    private static bool IsOfficial(string path) => Path.GetExtension(path).Equals(".pt", StringComparison.OrdinalIgnoreCase);

    // A run's folder stands for its newest checkpoint, a checkpoint for itself, a model for none.
    private static string? NewestCheckpoint(string from)
    {
        if (Directory.Exists(from)) return RunFolder.CheckpointsIn(from) is [var newest, ..] ? newest : null;
        if (!File.Exists(from)) return null;
        return Safetensors.ReadMetadata(from).GetValueOrDefault("format") == TrainingState.Format ? from : null;
    }

    private static SemanticLayout? ReadLayout(ParseResult parsed) => parsed.GetValue(Classes) is { } file ? SemanticLayout.Read(file) : null;
}
