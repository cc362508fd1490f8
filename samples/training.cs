// A model of one's own labelled pictures:  dotnet run -c Release samples/training.cs [PICTURES MASKS labels.json]
// PICTURES holds photos, MASKS a PNG of class numbers of the same name for each, labels.json the classes' names (docs/datasets.md).
// Without arguments it makes a folder of drawn faces first, and trains for a moment only.
#:project ../src/SemanticStyleGan/SemanticStyleGan.csproj
#:property PublishAot=false

using Microsoft.Extensions.Logging.Abstractions;
using SemanticStyleGan;
using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Import;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Training;
using TorchSharp;

bool demonstration = args.Length < 3;
if (demonstration) args = DrawFaces("out/training/pictures", "out/training/masks", "out/training/labels.json", count: 24);

SemanticLayout layout = SemanticLayout.Read(args[2]);
(int written, _) = DatasetImport.Write(new LabelledFolder(args[0], args[1], layout, size: 64), "out/training/data.zip", skipBad: true);
Console.WriteLine($"{written} pictures");

TrainingConfig config = TrainingConfig.Tiny64 with { Images = demonstration ? 16 : 200_000 };
using DatasetArchive data = DatasetArchive.Open("out/training/data.zip");
long seen = new Trainer(config.ForLayout(layout), new TrainingOptions(), data, torch.CPU, NullLogger.Instance, ProcessGroup.Alone).Run("out/training/run", progress: null, CancellationToken.None);

using SemanticModel model = ModelSource.Open("out/training/run", torch.CPU);
Synthesizer synthesizer = new(model);
using torch.Tensor codes = synthesizer.Codes(seed: 0, count: 8, truncation: 0.7);
PngCodec.Write("out/training/samples.png", ImageGrid.Compose([.. synthesizer.Pictures(codes).Select(p => p.Image)], 4));
Console.WriteLine($"out/training/run: {seen} images seen; pictures of the model in out/training/samples.png");

static string[] DrawFaces(string pictures, string masks, string labels, int count)
{
    ISampleSource faces = DatasetSources.Open($"synthetic:{count}", 64);
    byte[] rgb = new byte[64 * 64 * 3], classes = new byte[64 * 64];
    for (int i = 0; i < count; i++)
    {
        faces.Read(i, rgb, classes);
        PngCodec.Write($"{pictures}/{i:D4}.png", new RgbImage(64, 64, rgb));
        AtomicFile.WriteBytes($"{masks}/{i:D4}.png", IndexPng.Encode(64, 64, classes, faces.Layout!));
    }
    AtomicFile.WriteText(labels, faces.Layout!.ToJson().ToJsonString());
    return [pictures, masks, labels];
}
