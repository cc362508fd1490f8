// A photo's code, and the photo with other hair:  dotnet run -c Release samples/photo.cs [PHOTO] [STEPS]
// Without arguments a drawn face is taken: the bundled model knows such faces only; open a model of photos for photos.
#:project ../src/SemanticStyleGan/SemanticStyleGan.csproj
#:property PublishAot=false

using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;

using SemanticModel model = ModelSource.Open(null, torch.CPU);
using DisposeScope scope = torch.NewDisposeScope();
int steps = args.Length > 1 ? int.Parse(args[1]) : 60, size = model.Config.ImageSize;

RgbImage photo = args.Length > 0 ? TargetPicture.Read(args[0], PictureCrop.Centre, size, maskFolder: null, model.Layout).Image : DrawnFace();
torch.Tensor images = ImageTensors.FromPictures([photo]);
using PictureEncoder? encoder = PictureEncoder.Beside(null) is { } file ? PictureEncoder.Load(file, model) : null; // a first guess; without one it begins at the mean
InversionResult found = new PictureInversion(model, new InversionConfig { Steps = steps }).Invert(images, start: encoder?.Encode(images, model));

Synthesizer synthesizer = new(model);
torch.Tensor others = model.Generator.Latents.Broadcast(synthesizer.Codes(seed: 1, count: 3, truncation: 0.7));
torch.Tensor edited = PartMixing.Matrix(found.Codes, others, PartSelection.Parse("hair", PartCode.Both, model));
IEnumerable<RgbImage> pictures = synthesizer.Pictures(torch.cat([found.Codes, edited])).Select(p => p.Image);
PngCodec.Write("out/photo.png", ImageGrid.Compose([photo, .. pictures], 5, scale: 2));
Console.WriteLine($"out/photo.png: the photo, its inversion ({found.PeakSignalToNoise[^1][0]:0.0} dB after {steps} steps), three with other hair");

RgbImage DrawnFace()
{
    byte[] rgb = new byte[3 * size * size];
    DatasetSources.Open("synthetic:1@5", size).Read(0, rgb, new byte[size * size]);
    return new RgbImage(size, size, rgb);
}
