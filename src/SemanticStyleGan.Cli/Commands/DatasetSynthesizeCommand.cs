using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Import;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>dataset synthesize</c>: drawn faces with exact masks, as many as wanted.</summary>
internal static class DatasetSynthesizeCommand
{
    public static Command Create()
    {
        Option<int> count = CommonOptions.Integer("--count", "How many faces.", 1000, 1, 10_000_000);
        Option<int> size = CommonOptions.ImageSize(64), seed = CommonOptions.Integer("--seed", "Which faces; the same seed gives the same file.", 0, 0, int.MaxValue);
        Option<string> file = CommonOptions.OutFile("The data set file to write.");
        Option<bool> overwrite = CommonOptions.Overwrite();
        Command command = new("synthesize", "Draw faces with exact masks of 13 classes.") { count, size, seed, file, overwrite };
        command.Runs((parsed, stop) =>
        {
            string path = parsed.GetValue(file)!;
            CommonOptions.RefuseExisting(path, parsed.GetValue(overwrite));
            SyntheticFaces faces = new(parsed.GetValue(size), parsed.GetValue(count), parsed.GetValue(seed));
            ProgressDisplay.Run("Drawing", progress => DatasetImport.Write(faces, path, progress: progress, stop: stop));
            Console.WriteLine($"{path}: {faces.Count:N0} faces of {faces.Size}×{faces.Size} pixels with masks of {faces.Layout.Count} classes.");
        });
        return command.WithExamples("semantic-stylegan dataset synthesize --count 5000 --size 64 --seed 1 --out faces.zip");
    }
}
