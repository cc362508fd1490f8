using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>generate</c>: pictures, masks and latents of random or given codes.</summary>
internal static class GenerateCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = ResultFolder.Option("generate");
    private static readonly Option<int> Count = CommonOptions.Integer("--count", "How many pictures.", 16, 1, 1_000_000);
    private static readonly Option<long> Seed = CommonOptions.Integer("--seed", "Seed of the first picture; the next ones have the next seeds.", 0L, 0L, long.MaxValue / 2);
    private static readonly Option<double> Truncation = CommonOptions.Number("--truncation", "0 (the mean picture) to 1 (all variety).", 0.7, 0, 2);
    private static readonly Option<string?> Latents = new("--latents") { Description = "Use these codes instead of seeds: .npy (or .npz with one array) of [N, D] (w), [N, slots, D] (W+) or [N, layers, D]; no truncation.", HelpName = "FILE" };
    private static readonly Option<string> Noise = CommonOptions.Choice("--noise", "Noise maps: those stored in the model, or random ones from the seed.", "stored", "stored", "random");
    private static readonly Option<bool> SaveArrays = new("--save-arrays") { Description = "Also write raw float32 arrays: image.npy, mask.npy, coarse_mask.npy." };

    public static Command Create() => new Command("generate", "Generate images with their masks.")
    {
        Model, Out, Count, Seed, Truncation, Latents, Noise, SaveArrays,
    }.Runs(Run).WithExamples(
        "semantic-stylegan generate",
        "semantic-stylegan generate --model runs/faces --count 16 --seed 0 --truncation 0.7 --out out/faces");

    private static void Run(ParseResult parsed, CancellationToken stop) => EditOptions.WithModel(parsed, Model, Out, (synthesizer, folder) =>
    {
        string? latents = parsed.GetValue(Latents);
        torch.Tensor codes = latents is null
            ? synthesizer.Codes(parsed.GetValue(Seed), parsed.GetValue(Count), parsed.GetValue(Truncation))
            : ReadCodes(latents, synthesizer.Model);

        Collected all = new(parsed.GetValue(SaveArrays));
        int count = (int)codes.shape[0];
        long? noiseSeed = parsed.GetValue(Noise) == "random" ? parsed.GetValue(Seed) : null;
        ProgressDisplay.Run("generating", progress => synthesizer.Synthesize(codes, (first, output) =>
        {
            WritePictures(folder, first, output, all);
            progress.Report(new WorkProgress("generating", first + output.Image.shape[0], count));
        }, noiseSeed, stop));

        string grid = folder.WriteGrid(all.Pictures, perRow: 4);
        all.WriteArrays(folder);
        folder.Finish(parsed, codes);
        Console.WriteLine($"{folder.File()}: {count} images with masks; see {grid}");
    });

    private static torch.Tensor ReadCodes(string file, SemanticModel model)
    {
        torch.Tensor codes = Npy.Read(file).to(torch.ScalarType.Float32);
        if (codes.ndim is < 2 or > 3 || codes.shape[0] == 0) throw new InputException($"--latents: {file}: array of shape [{string.Join(", ", codes.shape)}], expected [N, {model.Config.StyleSize}] or [N, slots, {model.Config.StyleSize}].");
        using torch.Tensor check = model.Generator.Latents.Expand(codes.narrow(0, 0, 1));
        return codes;
    }

    private static void WritePictures(ResultFolder folder, int first, GeneratorOutput output, Collected all)
    {
        RgbImage[] images = ImageTensors.ToPictures(output.Image);
        LabelMap[] labels = MaskTensors.ToLabels(output.Mask);
        for (int i = 0; i < images.Length; i++)
        {
            Picture picture = new(images[i], labels[i]);
            folder.WritePicture(first + i, picture);
            all.AddPicture(picture);
        }
        all.AddArrays(output);
    }

    /// <summary>What is written at the end: the grid's pictures (the first 64) and, if wanted, the raw arrays.</summary>
    private sealed class Collected(bool arrays)
    {
        private const int GridPictures = 64;
        private readonly List<torch.Tensor> images = [], masks = [], coarse = [];

        internal List<Picture> Pictures { get; } = [];

        internal void AddPicture(Picture picture)
        {
            if (Pictures.Count < GridPictures) Pictures.Add(picture);
        }

        internal void AddArrays(GeneratorOutput output)
        {
            if (!arrays) return;
            images.Add(output.Image.cpu().MoveToOuterDisposeScope());
            masks.Add(output.Mask.cpu().MoveToOuterDisposeScope());
            coarse.Add(output.CoarseMask.cpu().MoveToOuterDisposeScope());
        }

        internal void WriteArrays(ResultFolder folder)
        {
            if (!arrays) return;
            Npy.Write(folder.File("image.npy"), torch.cat(images));
            Npy.Write(folder.File("mask.npy"), torch.cat(masks));
            Npy.Write(folder.File("coarse_mask.npy"), torch.cat(coarse));
        }
    }
}
