using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>invert</c>: codes of a user's own pictures.</summary>
internal static class InvertCommand
{
    private static readonly InversionConfig Standard = new();
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("invert");
    private static readonly Option<string[]> Images = new("--images", "-i") { Description = "Pictures, or folders of pictures, of any size.", HelpName = "DIR|FILE…", Required = true, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> Masks = new("--masks") { Description = "Folder of masks with the pictures' names (NAME.png: class indices, or the layout's colours).", HelpName = "DIR" };
    private static readonly Option<string> Crop = CommonOptions.Choice("--crop", "Which square of a picture: around the face, as the model's faces lie; the middle; or auto: all of a square picture, otherwise the face.", "auto", "auto", "face", "centre");
    private static readonly Option<string?> CheckEdit = new("--check-edit") { Description = "Afterwards give this part of each reconstruction other codes, and say how much of the change lies in the part.", HelpName = "PART" };
    private static readonly Option<string> Space = CommonOptions.Choice("--space", "One code for all slots (w), or one for each (w+).", "w+", "w", "w+");
    private static readonly Option<int> Steps = CommonOptions.Integer("--steps", "Steps of the optimiser on the codes.", Standard.Steps, 0, 100_000);
    private static readonly Option<double> LearningRate = CommonOptions.Number("--learning-rate", "Its highest learning rate.", Standard.LearningRate, 1e-6, 10);
    private static readonly Option<bool> Noise = new("--noise") { Description = "Fit the noise maps too, picture by picture; kept with the differences of --tune-steps." };
    private static readonly Option<int> TuneSteps = CommonOptions.Integer("--tune-steps", "Then so many steps on the model's weights (pivotal tuning), kept as a file of differences.", 0, 0, 100_000);
    private static readonly Option<double> MaskWeight = CommonOptions.Number("--mask-weight", "Weight of the mask's distance.", Standard.MaskWeight, 0, 1000);
    private static readonly Option<double> FeatureWeight = CommonOptions.Number("--feature-weight", "Weight of the distance in the features of the parser, or of --features.", Standard.FeatureWeight, 0, 1000);
    private static readonly Option<int> Batch = CommonOptions.Integer("--batch", "Pictures that are inverted together.", 8, 1, 1024);

    public static Command Create() => new Command("invert", "Find codes whose pictures look like given ones, so that those can be edited.")
    {
        Model, Out, Images, Masks, InversionNetworks.Encoder, InversionNetworks.ParserName, InversionNetworks.FeatureFile, Crop, CheckEdit, Space, Steps, LearningRate, Noise, TuneSteps, MaskWeight, FeatureWeight, Batch,
    }.Runs(Run).WithExamples(
        "semantic-stylegan invert --images photos --out out/mine",
        "semantic-stylegan invert --images me.jpg --tune-steps 200 --out out/me",
        "semantic-stylegan resample --model out/me/tuned.safetensors --code out/me/latents.npy --parts hair");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        InversionConfig config = new()
        {
            Space = parsed.GetValue(Space) == "w" ? LatentSpace.W : LatentSpace.WPlus,
            Steps = parsed.GetValue(Steps),
            LearningRate = parsed.GetValue(LearningRate),
            FitNoise = parsed.GetValue(Noise),
            TuneSteps = parsed.GetValue(TuneSteps),
            MaskWeight = parsed.GetValue(MaskWeight),
            FeatureWeight = parsed.GetValue(FeatureWeight),
        };
        int batchSize = config.FitNoise ? 1 : parsed.GetValue(Batch);
        PartSelection? edited = parsed.GetValue(CheckEdit) is { } part ? PartSelection.Parse(part, PartCode.Both, synthesizer.Model) : null;
        if (parsed.GetValue(Masks) is { } masks && !Directory.Exists(masks)) throw new InputException($"--masks: {masks}: no such folder.");
        using InversionNetworks networks = new(parsed, synthesizer.Model, parsed.GetValue(Model));
        (List<TargetPicture> targets, List<string> skipped) = ReadTargets(parsed, synthesizer.Model, networks.Crop(parsed.GetValue(Crop)!));
        using AnimationOutput animation = new(folder, 10, frames: false);
        InversionRecord record = new(folder, config, animation);
        Stopwatch clock = Stopwatch.StartNew();
        List<torch.Tensor> codes = [];
        try
        {
            // A batch has masks of the user's, or none: then those that the parser finds count.
            foreach (TargetPicture[] batch in targets.OrderBy(t => t.Labels is null).Chunk(batchSize))
            {
                string tunedFile = folder.File(targets.Count <= batchSize ? "tuned.safetensors" : $"tuned-{record.Names.Count:D6}.safetensors");
                codes.Add(ProgressDisplay.Run("inverting", progress => Invert(batch, new PictureInversion(synthesizer.Model, config, networks.Features), networks, record, tunedFile, parsed.GetValue(Model), progress, stop)));
            }
        }
        catch (OperationCanceledException) when (codes.Count > 0) // what is finished is kept
        {
        }
        record.Write();
        JsonObject results = Results(record, skipped, clock.Elapsed);
        torch.Tensor found = torch.cat(codes);
        if (edited is not null) results["editLocality"] = EditCheck.Run(synthesizer, found, edited, folder.File("edited.png"), folder.Scale);
        folder.Finish(parsed, found, results);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder.File("grid.png")}: {record.Names.Count} pictures, PSNR {(double)results["psnr"]!:0.0} dB on average, {(double)results["secondsPerPicture"]!:0.0} s a picture; codes in latents.npy"));
        stop.ThrowIfCancellationRequested();
    });

    private static (List<TargetPicture> Targets, List<string> Skipped) ReadTargets(ParseResult parsed, SemanticModel model, PictureCrop crop)
    {
        List<TargetPicture> targets = [];
        List<string> skipped = [];
        foreach (string file in TargetPicture.Files(parsed.GetValue(Images)!))
        {
            try
            {
                targets.Add(TargetPicture.Read(file, crop, model.Config.ImageSize, parsed.GetValue(Masks), model.Layout));
            }
            catch (InputException e)
            {
                skipped.Add(e.Message);
            }
        }
        if (targets.Count == 0) throw new InputException($"--images: none of {skipped.Count} pictures can be used: {skipped[0]}");
        if (skipped.Count > 0) Console.Error.WriteLine($"{skipped.Count} {(skipped.Count == 1 ? "picture is" : "pictures are")} skipped:");
        CommandRunner.ListProblems(skipped);
        return (targets, skipped);
    }

    private static torch.Tensor Invert(
        TargetPicture[] batch, PictureInversion inversion, InversionNetworks networks, InversionRecord record, string tunedFile, string? modelName, IProgress<WorkProgress> progress, CancellationToken stop)
    {
        torch.Tensor images = ImageTensors.FromPictures([.. batch.Select(t => t.Image)]);
        torch.Tensor? labels = batch.All(t => t.Labels is not null) ? MaskTensors.FromLabels([.. batch.Select(t => t.Labels!)]) : networks.Masks?.Logits(images).argmax(1);
        InversionResult result = inversion.Invert(images, labels, networks.Start(images, labels), progress, record.Watch(batch), stop);
        using TunedWeights? tuned = result.Tuned;
        tuned?.Save(tunedFile, modelName);
        record.Add(batch, result);
        return result.Codes;
    }

    private static JsonObject Results(InversionRecord record, List<string> skipped, TimeSpan time)
    {
        using Process process = Process.GetCurrentProcess();
        double[] last = record.Quality[^1];
        return new JsonObject
        {
            ["psnr"] = Math.Round(last.Average(), 3),
            ["maskAgreement"] = record.Agreement.All(a => a is null) ? null : Math.Round(record.Agreement.Average()!.Value, 4),
            ["secondsPerPicture"] = Math.Round(time.TotalSeconds / record.Names.Count, 3),
            ["peakMegabytes"] = Math.Round(process.PeakWorkingSet64 / 1e6),
            ["pictures"] = new JsonArray([.. record.Names.Select((name, i) => (JsonNode)new JsonObject { ["name"] = name, ["psnr"] = Math.Round(last[i], 3), ["maskAgreement"] = record.Agreement[i] is { } a ? Math.Round(a, 4) : null })]),
            ["skipped"] = new JsonArray([.. skipped.Select(s => (JsonNode)s)]),
        };
    }
}
