from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0009_rules_hold_for_nulls'),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='dimensionscore',
            name='dimensionscore_once',
            constraint=models.UniqueConstraint(fields=('election', 'region', 'dimension'), name='dimensionscore_once', nulls_distinct=False, violation_error_message='Skor dimensi ini sudah ada.'),
        ),
        migrations.AlterConstraint(
            model_name='grade',
            name='grade_once',
            constraint=models.UniqueConstraint(fields=('election', 'kecamatan', 'indicator'), name='grade_once', violation_error_message='Nilai indikator ini sudah ada.'),
        ),
        migrations.AlterConstraint(
            model_name='grade',
            name='grade_level_known',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', [0, 1, 2, 3, 4])), name='grade_level_known', violation_error_message='Keadaan tidak dikenal.'),
        ),
        migrations.AlterConstraint(
            model_name='gradehistory',
            name='gradehistory_once',
            constraint=models.UniqueConstraint(fields=('election', 'kecamatan', 'indicator', 'day'), name='gradehistory_once', violation_error_message='Nilai indikator hari itu sudah ada.'),
        ),
        migrations.AlterConstraint(
            model_name='readiness',
            name='readiness_once',
            constraint=models.UniqueConstraint(fields=('election', 'region'), name='readiness_once', nulls_distinct=False, violation_error_message='Kesiapan wilayah ini sudah ada.'),
        ),
        migrations.AlterConstraint(
            model_name='readiness',
            name='readiness_level_known',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', [0, 1, 2, 3, 4])), name='readiness_level_known', violation_error_message='Keadaan tidak dikenal.'),
        ),
        migrations.AlterConstraint(
            model_name='readinesshistory',
            name='readinesshistory_once',
            constraint=models.UniqueConstraint(fields=('election', 'region', 'day'), name='readinesshistory_once', nulls_distinct=False, violation_error_message='Kesiapan wilayah hari itu sudah ada.'),
        ),
        migrations.AlterConstraint(
            model_name='report',
            name='report_revision_once',
            constraint=models.UniqueConstraint(fields=('expected', 'revision'), name='report_revision_once', violation_error_message='Revisi laporan ini sudah ada.'),
        ),
        migrations.AlterConstraint(
            model_name='report',
            name='report_one_latest',
            constraint=models.UniqueConstraint(condition=models.Q(('is_latest', True)), fields=('expected',), name='report_one_latest', violation_error_message='Laporan ini sudah punya revisi terbaru.'),
        ),
        migrations.AlterConstraint(
            model_name='reportdraft',
            name='reportdraft_once',
            constraint=models.UniqueConstraint(fields=('user', 'expected'), name='reportdraft_once', violation_error_message='Draf laporan ini sudah ada.'),
        ),
        migrations.AlterConstraint(
            model_name='reportphoto',
            name='reportphoto_position_once',
            constraint=models.UniqueConstraint(fields=('expected', 'position'), name='reportphoto_position_once', violation_error_message='Tempat foto ini sudah terisi.'),
        ),
        migrations.AlterConstraint(
            model_name='zoneclock',
            name='zoneclock_once',
            constraint=models.UniqueConstraint(fields=('election', 'time_zone'), name='zoneclock_once', violation_error_message='Jam zona waktu ini sudah ada.'),
        ),
    ]
