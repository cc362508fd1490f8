using System.CommandLine;
using SemanticStyleGan.Cli.Commands;
using SemanticStyleGan.Cli.Hosting;

namespace SemanticStyleGan.Cli;

/// <summary>The command tree; what a command does is in Commands/, how it runs and fails in Hosting/.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => CommandRunner.RunAsync(CreateRoot(), arguments);

    internal static RootCommand CreateRoot()
    {
        RootCommand root = new("SemanticStyleGAN: train and use generators that compose an image of semantic parts, each with its own shape and texture.")
        {
            CommonOptions.Verbose,
            Devices.Option,
            Devices.Threads,
            DatasetCommand.Create(),
            TrainCommand.Create(),
            AdaptCommand.Create(),
            TrainParserCommand.Create(),
            GenerateCommand.Create(),
            MixCommand.Create(),
            ResampleCommand.Create(),
            InterpolateCommand.Create(),
            ComponentsCommand.Create(),
            TransformCommand.Create(),
            DirectionsCommand.Create(),
            EditCommand.Create(),
            PaintCommand.Create(),
            InvertCommand.Create(),
            TrainEncoderCommand.Create(),
            EvaluateCommand.Create(),
            StudioCommand.Create(),
            InfoCommand.Create(),
            ConvertCommand.Create(),
            ExportCommand.Create(),
            BenchmarkCommand.Create(),
            BenchmarkCommand.CreateSide(),
        };
        return root.WithExamples(
            "semantic-stylegan dataset synthesize --count 1000 --size 64 --out faces.zip",
            "semantic-stylegan dataset info faces.zip --out sheet.png");
    }
}
