using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>dataset export</c>: a data set for other programs.</summary>
internal static class DatasetExportCommand
{
    public static Command Create() => new("export", "Write a data set for other programs.") { CreateLmdb() };

    private static Command CreateLmdb()
    {
        Argument<string> data = new("data") { Description = DatasetSources.SpecDescription + "." };
        Option<string> output = new("--out", "-o") { Description = "The folder to write data.mdb to.", Required = true, HelpName = "DIR" };
        Option<int> quality = CommonOptions.Integer("--quality", "Of the JPEG images; masks are kept exactly.", 100, 1, 100);
        Option<bool> overwrite = CommonOptions.Overwrite();
        Command command = new("lmdb", "An LMDB in the layout of the authors' program: images with masks, or images only.") { data, output, quality, overwrite };
        command.Runs((parsed, stop) =>
        {
            string folder = parsed.GetValue(output)!;
            CommonOptions.RefuseExisting(Path.Combine(folder, LmdbDataset.FileName), parsed.GetValue(overwrite));
            ISampleSource source = DatasetSources.Open(parsed.GetValue(data)!);
            using IDisposable? owned = source as IDisposable;
            ProgressDisplay.Run("Exporting", progress =>
            {
                LmdbExport.Write(source, folder, parsed.GetValue(quality), progress, stop);
                return source.Count;
            });
            Console.WriteLine($"{folder}: {source.Count:N0} images of {source.Size}×{source.Size} pixels{(source.Layout is null ? "" : " with masks")} in {LmdbDataset.FileName}.");
        });
        return command.WithExamples("semantic-stylegan dataset export lmdb faces256.zip --out celebamask-lmdb");
    }
}
