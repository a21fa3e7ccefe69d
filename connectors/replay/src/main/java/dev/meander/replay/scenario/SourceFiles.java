package dev.meander.replay.scenario;

import dev.meander.replay.data.ArrayImages;
import dev.meander.replay.data.CifarDataSet;
import dev.meander.replay.data.CifarDataSet.Format;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.data.IdxDataSet;
import dev.meander.replay.file.FileBytes;
import dev.meander.replay.file.FileRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out what a user's source images are and opens them. */
public final class SourceFiles {

  private SourceFiles() {}

  /**
   * Source images that are named: a file of CIFAR's binary format, of IDX images with its labels
   * beside it, or of NumPy with {@code labels.npy} beside it; or a folder with training images.
   *
   * @param images what they belong to
   * @throws DataSetRefusedException when they are nothing that is known, damaged, or do not fit
   */
  public static Domains with(Domains images, Path location) {
    try {
      return new TrainedDomains(images, open(location, images.classNames().size()));
    } catch (FileRefusedException e) {
      throw new DataSetRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static DataSet open(Path location, int classes) {
    if (Files.isDirectory(location)) {
      return beside(location, classes)
          .orElseThrow(
              () ->
                  new DataSetRefusedException(
                      "expected training images (%s, %s) in a folder, found none of them in %s"
                          .formatted(
                              String.join(", ", CifarDataSet.TRAINING),
                              IdxDataSet.TRAINING_IMAGES,
                              location)));
    }
    FileBytes.checkPlain(location);
    String name = String.valueOf(location.getFileName());
    if (name.endsWith(".npy")) {
      return ArrayImages.open(location);
    }
    if (name.contains("idx3")) {
      return IdxDataSet.of(location);
    }
    Format wanted = classes > 10 ? Format.CIFAR_100 : Format.CIFAR_10;
    try {
      Format fits = CifarDataSet.formatOf(Files.size(location)).orElse(wanted);
      boolean both = Files.size(location) % wanted.recordBytes() == 0;
      return CifarDataSet.open(both ? wanted : fits, location);
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + location + ", found " + e, e);
    }
  }

  /** The training images that lie in a folder or in one that usually lies in it. */
  static Optional<DataSet> beside(Path folder, int classes) {
    Format format = classes > 10 ? Format.CIFAR_100 : Format.CIFAR_10;
    Optional<Path> cifar = CifarDataSet.trainingIn(format, folder);
    if (cifar.isPresent()) {
      return cifar.map(file -> CifarDataSet.open(format, file));
    }
    return IdxDataSet.findTraining(folder).map(IdxDataSet::of);
  }
}
